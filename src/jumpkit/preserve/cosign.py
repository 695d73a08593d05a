"""Cosignatures of witnesses over checkpoints (C2SP tlog-cosignature, Ed25519): not how they are asked."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage
from jumpkit.preserve.keys import fingerprint

_KIND = b"\x04"
_DASH = "\u2014 "
_ID, _TIME, _PUBLIC, _SIGNATURE = 4, 8, 32, 64
_LATEST = 253_402_300_799  # the last second of the year 9999


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness by the verifier key that it publishes: `NAME+HASH+BASE64`."""

    name: str
    public: bytes
    vkey: str

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of its key."""
        return fingerprint(self.public)

    @property
    def key_id(self) -> bytes:
        """Return C2SP's four bytes of a cosigner: SHA-256 of name, line feed, 04, raw public key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _KIND + self.public).digest()[:_ID]


def witness_of(vkey: str) -> Witness:
    """Return the witness that a verifier key is of.

    Raises:
        BadUsage: it is none of an Ed25519 cosigner.

    """
    name, _, rest = vkey.strip().partition("+")
    told, _, encoded = rest.partition("+")
    try:
        data = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        data = b""
    hint = "NAME+HASH+BASE64 with the kind 04, as the witness publishes it"
    if not name or " " in name or data[:1] != _KIND or len(data) != 1 + _PUBLIC:
        raise BadUsage("this is no verifier key of an Ed25519 cosigner", target=vkey[:200], hint=hint)
    found = Witness(name, data[1:], vkey.strip())
    if found.key_id.hex() != told.lower():
        raise BadUsage("name, hash and key of the verifier key do not belong together", target=vkey[:200], hint=hint)
    return found


def seen_at(line: str, text: bytes, by: Witness) -> str | None:
    """Return when the witness says that it saw a checkpoint of this text, None where the line does not say so."""
    prefix = f"{_DASH}{by.name} "
    encoded = line.removeprefix(prefix)
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    if not line.startswith(prefix) or len(blob) != _ID + _TIME + _SIGNATURE or blob[:_ID] != by.key_id:
        return None
    if base64.b64encode(blob).decode() != encoded:
        return None
    moment = int.from_bytes(blob[_ID : _ID + _TIME], "big")
    try:
        Ed25519PublicKey.from_public_bytes(by.public).verify(blob[_ID + _TIME :], message(moment, text))
    except InvalidSignature:
        return None
    return stamp(datetime.fromtimestamp(moment, UTC)) if moment <= _LATEST else None


def message(moment: int, text: bytes) -> bytes:
    """Return what a cosigner signs over a checkpoint's text at a moment, in seconds since 1970."""
    return b"cosignature/v1\ntime %d\n%s" % (moment, text)


def text_of(note: bytes) -> bytes:
    """Return the text of a checkpoint, with the end of its last line and without signatures."""
    return note.partition(b"\n\n")[0] + b"\n"
