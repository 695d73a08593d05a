"""The ledger: custody, checkpoints, verification; not for judging content."""

from jumpkit.preserve.keys import Key, fingerprint, key_of, public_of, same_fingerprint
from jumpkit.preserve.ledger import Pen, append, append_all, last_checkpoint, seal, workspace_id
from jumpkit.preserve.note import Checkpoint
from jumpkit.preserve.problem import Leftover, Log, Problem, Verification
from jumpkit.preserve.purge import finish_purges, purge
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import open_log, retract, row_digest, vouch
from jumpkit.preserve.verify import verify

__all__ = [
    "Checkpoint",
    "Key",
    "Leftover",
    "Log",
    "Pen",
    "Problem",
    "Verification",
    "append",
    "append_all",
    "fingerprint",
    "finish_purges",
    "key_of",
    "last_checkpoint",
    "open_log",
    "public_of",
    "purge",
    "recording",
    "retract",
    "row_digest",
    "same_fingerprint",
    "seal",
    "verify",
    "vouch",
    "workspace_id",
]
