"""The ledger: custody, checkpoints, verification; not for judging content."""

from jumpkit.preserve.keys import Key, fingerprint, key_of, public_of, same_fingerprint
from jumpkit.preserve.ledger import Pen, append, append_all, last_checkpoint, recording, seal, workspace_id
from jumpkit.preserve.note import Checkpoint
from jumpkit.preserve.rows import retract, row_digest, vouch

__all__ = [
    "Checkpoint",
    "Key",
    "Pen",
    "append",
    "append_all",
    "fingerprint",
    "key_of",
    "last_checkpoint",
    "public_of",
    "recording",
    "retract",
    "row_digest",
    "same_fingerprint",
    "seal",
    "vouch",
    "workspace_id",
]
