"""Checkpoints as C2SP signed notes (tlog-checkpoint), signed and read; not for what lies below the root."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from jumpkit.kit.errors import Unreadable

if TYPE_CHECKING:
    from jumpkit.preserve.keys import Key

_ED25519 = b"\x01"
_ID_LENGTH = 4
_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement: the log `origin` had `size` lines, and this was their tree's head."""

    origin: str
    size: int
    root: bytes
    note: bytes  # the exact bytes that were signed, and the signature lines


def origin_of(workspace: str, log: str) -> str:
    """Return the log's name in its checkpoints."""
    return f"jumpkit/{workspace}/{log}"


def key_id(name: str, public: bytes) -> bytes:
    """Return C2SP's four bytes of a signer: SHA-256 of name, line feed, 01, raw public key."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:_ID_LENGTH]


def sign(origin: str, size: int, root: bytes, *keys: Key) -> Checkpoint:
    """Return the checkpoint, signed in the log's own name by each of the keys, in order."""
    text = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
    lines = b"".join(_signature(origin, text, key) for key in keys)
    return Checkpoint(origin, size, root, text + b"\n" + lines)


def _signature(origin: str, text: bytes, key: Key) -> bytes:
    blob = base64.b64encode(key_id(origin, key.public) + key.signs(text)).decode()
    return f"\u2014 {origin} {blob}\n".encode()


def read(note: bytes) -> Checkpoint:
    """Return what a note states; its signature is not looked at.

    Raises:
        Unreadable: the bytes are no checkpoint.

    """
    text, cut, _ = note.partition(b"\n\n")
    lines = text.split(b"\n")
    if not cut or len(lines) != _LINES or not lines[1].isdigit():
        raise Unreadable("the checkpoint is no signed note")
    try:
        return Checkpoint(lines[0].decode(), int(lines[1]), base64.b64decode(lines[2], validate=True), note)
    except (UnicodeDecodeError, binascii.Error) as caught:
        raise Unreadable("the checkpoint is no signed note") from caught


def signed_by(checkpoint: Checkpoint, *publics: bytes) -> bool:
    """Tell whether the note is exactly what the holders of these keys, in order, sign for this origin."""
    text, _, signatures = checkpoint.note.partition(b"\n\n")
    # These lines and nothing beside them: whatever else stood there would be bytes that nobody vouches for.
    lines = signatures.split(b"\n")
    if lines.pop() or len(lines) != len(publics):
        return False
    return all(_signs(checkpoint.origin, text, *pair) for pair in zip(lines, publics, strict=True))


def _signs(origin: str, text: bytes, line: bytes, public: bytes) -> bool:
    prefix = b"\xe2\x80\x94 " + origin.encode() + b" "
    if not line.startswith(prefix):
        return False
    try:
        blob = base64.b64decode(line[len(prefix) :], validate=True)
    except binascii.Error:
        return False
    if blob[:_ID_LENGTH] != key_id(origin, public) or _not_canonical(line[len(prefix) :], blob):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(blob[_ID_LENGTH:], text + b"\n")
    except (InvalidSignature, ValueError):  # ValueError: the key itself is none
        return False
    return True


def _not_canonical(written: bytes, blob: bytes) -> bool:
    """Tell whether base64 hides changed bits in its padding."""
    return base64.b64encode(blob) != written
