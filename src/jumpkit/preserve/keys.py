"""The workspace's signing key: made at first need in `keys/`, or used where it lies; not for keys of people or clouds.

`ledger.pem` is the secret, or `ledger.ref` says where it lies instead; `ledger.pub` is the public half of either.
"""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
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
    load_ssh_private_key,
)

from jumpkit.kit.errors import Refused
from jumpkit.preserve import agent

if TYPE_CHECKING:
    from collections.abc import Callable

PRIVATE = "ledger.pem"  # PKCS#8
REFERENCE = "ledger.ref"  # "file PUBLIC PATH" or "agent PUBLIC", PUBLIC in hex
PUBLIC = "ledger.pub"  # SubjectPublicKeyInfo, for `openssl pkeyutl -verify -pubin`
_RAW = 32  # bytes of a raw public key


@dataclass(frozen=True, slots=True)
class Key:
    """A key that signs checkpoints, wherever its secret lies."""

    public: bytes  # raw, 32 bytes
    signs: Callable[[bytes], bytes]

    @property
    def fingerprint(self) -> str:
        """Return `ed25519:` and the hex of SHA-256 over the raw public key."""
        return fingerprint(self.public)


def fingerprint(public: bytes) -> str:
    """Return `ed25519:` and the hex of SHA-256 over the raw public key.

    A stranger gets it by `openssl pkey -pubin -in ledger.pub -outform DER | tail -c 32 | sha256sum`.
    """
    return f"ed25519:{hashlib.sha256(public).hexdigest()}"


def ssh_fingerprint(public: bytes) -> str:
    """Return what `ssh-add -l` and `ssh-keygen -l` print of the key."""
    kind = b"ssh-ed25519"
    blob = len(kind).to_bytes(4, "big") + kind + len(public).to_bytes(4, "big") + public
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def same_fingerprint(one: str, other: str) -> bool:
    """Tell whether two fingerprints are of one key, whatever the letter case and with or without `ed25519:`."""
    return one.strip().lower().removeprefix("ed25519:") == other.strip().lower().removeprefix("ed25519:")


def key_of(home: Path) -> Key:
    """Return the workspace's key, made (0600, in a folder of 0700) where there is none.

    Call it while holding the workspace's lock.

    Raises:
        Refused: the file is there and holds no Ed25519 key, or not the one that the reference means.

    """
    path = home / "keys" / PRIVATE
    reference = path.with_name(REFERENCE)
    if reference.exists():
        return _referred(reference)
    if not path.exists():
        return _made(path)
    return key_in(path)


def key_in(path: Path) -> Key:
    """Return the Ed25519 key of a file, PKCS#8 or OpenSSH's own form, without a passphrase.

    Raises:
        Refused: it cannot be read, or holds none.

    """
    try:
        data = path.read_bytes()
        ours = b"OPENSSH PRIVATE KEY" in data
        private = load_ssh_private_key(data, None) if ours else load_pem_private_key(data, password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as caught:
        raise _no_key(path) from caught
    if not isinstance(private, Ed25519PrivateKey):
        raise _no_key(path)
    return Key(_raw(private.public_key()), private.sign)


def new_key() -> tuple[Key, bytes]:
    """Return a new key, and its secret as PKCS#8 in PEM."""
    private = Ed25519PrivateKey.generate()
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Key(_raw(private.public_key()), private.sign), secret


def agents_key(public: bytes) -> Key:
    """Return a key whose secret an SSH agent holds."""
    return Key(public, lambda data: agent.sign(public, data))


def has_key(home: Path) -> bool:
    """Tell whether the workspace has a key, or a reference to one."""
    return any((home / "keys" / name).exists() for name in (PRIVATE, REFERENCE))


def public_of(home: Path, *, secret_only: bool = False) -> bytes | None:
    """Return the raw public key without making one: from its own file, else from the secret; None if there is none.

    Raises:
        Refused: a file is there and holds no Ed25519 key.

    """
    path = home / "keys" / PUBLIC
    if path.exists() and not secret_only:
        return public_in(path)
    return key_of(home).public if (home / "keys" / PRIVATE).exists() else None


def public_in(path: Path) -> bytes:
    """Return the raw public key of a file.

    Raises:
        Refused: it holds no Ed25519 key.

    """
    try:
        public = load_pem_public_key(path.read_bytes())
    except (ValueError, UnsupportedAlgorithm) as caught:
        raise _no_key(path) from caught
    if not isinstance(public, Ed25519PublicKey):
        raise _no_key(path)
    return _raw(public)


def public_pem(public: bytes) -> bytes:
    """Return a raw public key as SubjectPublicKeyInfo in PEM."""
    return Ed25519PublicKey.from_public_bytes(public).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file of 0600 whole or not at all, so that a killed process leaves no half of a key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    partial = path.with_name(path.name + ".part")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _referred(path: Path) -> Key:
    kind, _, rest = path.read_text("utf-8").strip().partition(" ")
    told, _, place = rest.partition(" ")
    try:
        public = bytes.fromhex(told)
    except ValueError as caught:
        raise _no_key(path) from caught
    if kind not in {"agent", "file"} or len(public) != _RAW:
        raise _no_key(path)
    if kind == "agent":
        return agents_key(public)
    found = key_in(Path(place))
    if found.public != public:
        raise _no_key(Path(place))
    return found


def _made(path: Path) -> Key:
    key, secret = new_key()
    write_whole(path.with_name(PUBLIC), public_pem(key.public))
    write_whole(path, secret)  # the secret last: where it is there, the other is
    return key


def _raw(public: Ed25519PublicKey) -> bytes:
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _no_key(path: Path) -> Refused:
    hint = "put the workspace's own key back; if it is lost for good: jumpkit key lost --because WHY"
    return Refused("the file holds no Ed25519 key, or not the workspace's own", target=str(path), hint=hint)
