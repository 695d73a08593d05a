"""List, rotate, revoke and export the key that signs the ledger."""
