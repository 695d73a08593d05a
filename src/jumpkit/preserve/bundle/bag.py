"""The bag's names, manifests and marks (BagIt, RFC 8493); not what its files mean."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ALGORITHMS = ("sha256", "sha512")
MARK = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
LOG, CHECKPOINT, PUBLIC = "custody/log.jsonl", "custody/checkpoint", "custody/log.pub.pem"
SCRIPT, MANUAL = "custody/verify.sh", "custody/VERIFY.md"
TOKEN, AUTHORITY = "custody/checkpoint.tsr", "custody/tsa-ca.pem"
ARTIFACTS = "data/artifacts/"
KEYS, WITNESSES = "custody/keys/", "custody/witness/"  # of those who signed before; of those who saw it
NAMED = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt", MANUAL, SCRIPT)  # by the log
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Digests:
    """The digests of one file, in hex, and its size in bytes."""

    sha256: str
    sha512: str
    size: int


def digests(path: Path) -> Digests:
    """Return the digests of a file, read once; a link is not followed.

    Raises:
        OSError: it is no plain file, or cannot be read.

    """
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(f"no plain file: {path.name}")
        return _read(iter(lambda: file.read(_BLOCK), b""))


def digests_of(data: bytes) -> Digests:
    """Return the digests of bytes at hand."""
    return _read([data])


def _read(blocks: Iterable[bytes]) -> Digests:
    short, long, size = hashlib.sha256(), hashlib.sha512(), 0
    for block in blocks:
        short.update(block)
        long.update(block)
        size += len(block)
    return Digests(short.hexdigest(), long.hexdigest(), size)


def manifest(files: dict[str, Digests], algorithm: str) -> bytes:
    """Return a manifest: one line a file, sorted by name."""
    return "".join(f"{getattr(files[name], algorithm)}  {name}\n" for name in sorted(files)).encode()


def manifest_name(algorithm: str, *, tags: bool = False) -> str:
    """Return the name of the manifest of the payload, or of the tag files."""
    return f"{'tag' if tags else ''}manifest-{algorithm}.txt"


def info(case: str, agent: str, day: str, payload: dict[str, Digests]) -> bytes:
    """Return bag-info.txt."""
    total = sum(each.size for each in payload.values())
    rows = {
        "Bag-Software-Agent": agent,
        "Bagging-Date": day,
        "External-Identifier": case,
        "Payload-Oxum": f"{total}.{len(payload)}",
    }
    return "".join(f"{name}: {value}\n" for name, value in rows.items()).encode()


def listed(bag: Path) -> Iterator[str]:
    """Yield whatever is no folder in the bag, by its name within it, sorted; links are not followed."""
    found = []
    for here, folders, files in os.walk(bag):
        linked = [name for name in folders if (Path(here) / name).is_symlink()]
        found += [(Path(here) / name).relative_to(bag).as_posix() for name in (*files, *linked)]
    yield from sorted(found)


def is_tag(name: str) -> bool:
    """Tell whether a tag manifest lists this file."""
    return not name.startswith("data/") and name not in [manifest_name(each, tags=True) for each in ALGORITHMS]
