"""Packs files into one signed archive, and takes it apart again only if every byte is what was signed."""

from __future__ import annotations

import io
import json
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from jumpkit.kit.digest import sha256_hex
from jumpkit.kit.errors import Tampered, Unreadable
from jumpkit.preserve.keys import fingerprint, same_fingerprint

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from jumpkit.preserve.keys import Key

LIST, SIGNATURE, PUBLIC = "jumpkit/bag.json", "jumpkit/bag.sig", "jumpkit/bag.pub"
_OWN = (LIST, SIGNATURE, PUBLIC)
_MOST = 1 << 30  # bytes of one bag, which is held in memory


@dataclass(frozen=True, slots=True)
class Satchel:
    """What a bag held: its statement, its files, and whose key signed it."""

    told: Mapping[str, Any]
    files: Mapping[str, bytes]
    fingerprint: str
    pinned: bool


def pack(files: Mapping[str, bytes], told: Mapping[str, Any], key: Key, out: Path) -> None:
    """Write the files into an archive with a signed list of their digests."""
    listed = {**told, "key": key.fingerprint, "files": {name: sha256_hex(data) for name, data in files.items()}}
    data = json.dumps(listed, indent=1, sort_keys=True).encode()
    own = {LIST: data, SIGNATURE: key.signs(data), PUBLIC: key.public}
    with tarfile.open(out, "w", format=tarfile.PAX_FORMAT) as tar:
        for name, content in [*sorted(files.items()), *own.items()]:
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(content), 0o600
            tar.addfile(info, io.BytesIO(content))


def unpack(path: Path, pin: str | None = None) -> Satchel:
    """Return what is in an archive, after its signature and every digest were checked.

    Raises:
        Unreadable: it is no bag.
        Tampered: something in it is not what was signed, or another key than `pin` signed it.

    """
    try:
        with tarfile.open(path, "r:") as tar:
            found = {member.name: _content(tar, member, path) for member in tar}
        data, signature, public = (found.pop(name) for name in _OWN)
        told = json.loads(data)
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
        expected: dict[str, str] = told["files"]
    except InvalidSignature as caught:
        raise Tampered("the bag's list was changed since it was signed", target=str(path)) from caught
    except (tarfile.TarError, OSError, ValueError, KeyError, TypeError) as caught:
        raise Unreadable(f"the file is no bag: {caught}", target=str(path)) from caught
    named = fingerprint(public)
    if pin is not None and not same_fingerprint(pin, named):
        raise Tampered(f"another key signed the bag: {named}", target=str(path), hint="ask whoever made it")
    digests = {name: sha256_hex(content) for name, content in found.items()}
    if digests != expected:
        wrong = sorted(name for name in {*digests, *expected} if digests.get(name) != expected.get(name))
        raise Tampered(f"{wrong[0]} is not what was signed", target=str(path))
    return Satchel(told, found, named, pin is not None)


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> bytes:
    source = tar.extractfile(member) if member.isreg() else None
    if source is None or member.size > _MOST or ".." in member.name.split("/") or member.name.startswith("/"):
        raise Unreadable("the file is no bag: it holds more than files", target=str(path))
    return source.read()
