"""The ledger: custody, checkpoints, verification; not for judging content."""
