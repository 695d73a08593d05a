"""The workspace's signing key: made at first need, kept in `keys/`; not for keys of people or clouds."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from jumpkit.kit.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

PRIVATE = "ledger.pem"  # PKCS#8
PUBLIC = "ledger.pub"  # SubjectPublicKeyInfo, for `openssl pkeyutl -verify -pubin`


@dataclass(frozen=True, slots=True)
class Key:
    """A key that signs checkpoints."""

    private: Ed25519PrivateKey
    public: bytes  # raw, 32 bytes

    @property
    def fingerprint(self) -> str:
        """Return `ed25519:` and the hex of SHA-256 over the raw public key."""
        return fingerprint(self.public)


def fingerprint(public: bytes) -> str:
    """Return `ed25519:` and the hex of SHA-256 over the raw public key.

    A stranger gets it by `openssl pkey -pubin -in ledger.pub -outform DER | tail -c 32 | sha256sum`.
    """
    return f"ed25519:{hashlib.sha256(public).hexdigest()}"


def same_fingerprint(one: str, other: str) -> bool:
    """Tell whether two fingerprints are of one key, whatever the letter case and with or without `ed25519:`."""
    return one.strip().lower().removeprefix("ed25519:") == other.strip().lower().removeprefix("ed25519:")


def key_of(home: Path) -> Key:
    """Return the workspace's key, made (0600, in a folder of 0700) where there is none.

    Call it while holding the workspace's lock.

    Raises:
        Refused: the file is there and holds no Ed25519 key.

    """
    path = home / "keys" / PRIVATE
    if not path.exists():
        return _made(path)
    try:
        private = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as caught:
        raise _no_key(path) from caught
    if not isinstance(private, Ed25519PrivateKey):
        raise _no_key(path)
    return Key(private, _raw(private.public_key()))


def public_of(home: Path, *, secret_only: bool = False) -> bytes | None:
    """Return the raw public key without making one: from its own file, else from the secret; None if there is none.

    Raises:
        Refused: a file is there and holds no Ed25519 key.

    """
    path = home / "keys" / PUBLIC
    if path.exists() and not secret_only:
        try:
            public = load_pem_public_key(path.read_bytes())
        except (ValueError, UnsupportedAlgorithm) as caught:
            raise _no_key(path) from caught
        if not isinstance(public, Ed25519PublicKey):
            raise _no_key(path)
        return _raw(public)
    return key_of(home).public if (home / "keys" / PRIVATE).exists() else None


def _made(path: Path) -> Key:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    private = Ed25519PrivateKey.generate()
    public = private.public_key()
    _write(path.with_name(PUBLIC), public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    # The secret last: where it is there, the other is.
    _write(path, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return Key(private, _raw(public))


def _write(path: Path, data: bytes) -> None:
    """Write the file whole or not at all, so that a killed process leaves no half of a key."""
    partial = path.with_name(path.name + ".part")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _raw(public: Ed25519PublicKey) -> bytes:
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _no_key(path: Path) -> Refused:
    return Refused("the file holds no Ed25519 key", target=str(path), hint="put the workspace's own key back")
