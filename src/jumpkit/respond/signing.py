"""Signs and checks the digest of a plan as `ssh-keygen -Y` does, so that a stranger can check an approval."""

from __future__ import annotations

import base64
import hashlib
import struct
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_ssh_private_key,
    load_ssh_public_key,
)

from jumpkit.kit.errors import BadUsage, Refused

if TYPE_CHECKING:
    from pathlib import Path

NAMESPACE = "jumpkit-plan"  # ssh-keygen -Y sign -n jumpkit-plan
_MAGIC = b"SSHSIG"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_HASH = b"sha512"
_LINE = 70


def sign(digest: str, path: Path) -> tuple[str, str]:
    """Return the armored signature over a plan's digest, and the public key as OpenSSH writes it.

    Raises:
        BadUsage: the file holds no Ed25519 private key that opens without a passphrase.

    """
    private = _private(path)
    public = private.public_key()
    blob = _blob(public)
    signature = _string(b"ssh-ed25519") + _string(private.sign(_signed(digest)))
    parts = (blob, NAMESPACE.encode(), b"", _HASH, signature)
    body = _MAGIC + struct.pack(">I", 1) + b"".join(map(_string, parts))
    text = base64.b64encode(body).decode()
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return "\n".join([_BEGIN, *lines, _END]) + "\n", openssh(public)


def signer(digest: str, armored: str) -> str:
    """Return the public key, as OpenSSH writes it, that made an armored signature over a plan's digest.

    Raises:
        Refused: it is no such signature, or it is over something else.

    """
    try:
        blob, raw = _taken_apart(armored)
        public = Ed25519PublicKey.from_public_bytes(_strings(blob, 2)[1])
        public.verify(raw, _signed(digest))
    except (InvalidSignature, ValueError, IndexError, struct.error) as caught:
        hint = f"sign the digest's 64 letters: printf %s DIGEST | ssh-keygen -Y sign -n {NAMESPACE} -f KEY"
        raise Refused("the signature is not over this plan", target=digest, hint=hint) from caught
    return openssh(public)


def public_key(text: str) -> str:
    """Return a public key as OpenSSH writes it, without its comment.

    Raises:
        BadUsage: it is no Ed25519 public key.

    """
    try:
        public = load_ssh_public_key(text.strip().encode())
    except (ValueError, UnsupportedAlgorithm) as caught:
        raise _no_key(text[:40]) from caught
    if not isinstance(public, Ed25519PublicKey):
        raise _no_key(text[:40])
    return openssh(public)


def openssh(public: Ed25519PublicKey) -> str:
    """Return `ssh-ed25519 AAAA…`."""
    return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def fingerprint(public: str) -> str:
    """Return the fingerprint of a public key, as `ssh-keygen -l` shows it.

    >>> fingerprint("ssh-ed25519 AAAA")
    'SHA256:cJ6AyISHokEeHuTfufIqhhSS0gxHZRUMDHlKvXD4FHw'
    """
    raw = hashlib.sha256(base64.b64decode(public.split()[1])).digest()
    return "SHA256:" + base64.b64encode(raw).decode().rstrip("=")


def _taken_apart(armored: str) -> tuple[bytes, bytes]:
    """Return the public key's blob and the raw signature."""
    lines = armored.strip().splitlines()
    body = base64.b64decode("".join(lines[1:-1]), validate=True)
    if (lines[0], lines[-1], body[:6], body[6:10]) != (_BEGIN, _END, _MAGIC, b"\0\0\0\1"):
        raise ValueError("another form")
    blob, namespace, _, hashed, signature = _strings(body[10:], 5)
    kind, raw = _strings(signature, 2)
    if (namespace, hashed, kind) != (NAMESPACE.encode(), _HASH, b"ssh-ed25519"):
        raise ValueError("another namespace, hash or kind of key")
    return blob, raw


def _private(path: Path) -> Ed25519PrivateKey:
    try:
        data = path.read_bytes()
        load = load_ssh_private_key if b"OPENSSH PRIVATE KEY" in data else load_pem_private_key
        private = load(data, password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as caught:
        raise _no_key(str(path)) from caught
    if not isinstance(private, Ed25519PrivateKey):
        raise _no_key(str(path))
    return private


def _no_key(target: str) -> BadUsage:
    hint = "ssh-keygen -t ed25519 makes one; one with a passphrase signs by ssh-keygen -Y sign (--signature FILE)"
    return BadUsage("that holds no Ed25519 key that can be used", target=target, hint=hint)


def _signed(digest: str) -> bytes:
    """Return what is really signed: a text that names namespace and hash."""
    parts = (NAMESPACE.encode(), b"", _HASH, hashlib.sha512(digest.encode()).digest())
    return _MAGIC + b"".join(map(_string, parts))


def _blob(public: Ed25519PublicKey) -> bytes:
    return base64.b64decode(openssh(public).split()[1])


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _strings(data: bytes, count: int) -> list[bytes]:
    found = []
    for _ in range(count):
        (size,) = struct.unpack(">I", data[:4])
        if len(data) < 4 + size:
            raise ValueError("cut short")
        found.append(data[4 : 4 + size])
        data = data[4 + size :]
    return found
