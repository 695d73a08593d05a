"""Compiled rule files kept as JSON by the digest of their bytes; whatever is odd there is compiled anew."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from jumpkit.detect.documents import read
from jumpkit.detect.tree import Document
from jumpkit.kit.digest import sha256_hex

if TYPE_CHECKING:
    from pathlib import Path

COMPILER = 1  # raise it with every change of what a rule compiles to
_LARGEST = 16_000_000


class _Kept(msgspec.Struct):
    compiler: int
    source: str  # digest of the rule file
    check: str  # digest of `documents`, against torn writes
    documents: msgspec.Raw


def compiled(data: bytes, folder: Path | None) -> tuple[Document, ...]:
    """Return the documents of a rule file, from the cache where it is there and sound."""
    if folder is None:
        return read(data)
    digest = sha256_hex(data)
    path = folder / f"{digest}.json"
    kept = _load(path, digest)
    if kept is None:
        kept = read(data)
        _save(path, digest, kept)
    return kept


def _load(path: Path, digest: str) -> tuple[Document, ...] | None:
    try:
        data = path.read_bytes()
        if len(data) > _LARGEST:
            return None
        kept = msgspec.json.decode(data, type=_Kept)
        if (kept.compiler, kept.source, kept.check) != (COMPILER, digest, sha256_hex(bytes(kept.documents))):
            return None
        return _DECODER.decode(kept.documents)
    except (OSError, msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


_DECODER = msgspec.json.Decoder(tuple[Document, ...])


def _save(path: Path, digest: str, documents: tuple[Document, ...]) -> None:
    try:
        body = msgspec.json.encode(documents)
        kept = msgspec.json.encode(_Kept(COMPILER, digest, sha256_hex(body), msgspec.Raw(body)))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        partial.write_bytes(kept)
        partial.replace(path)
    except OSError:
        return  # a cache that cannot be written costs time, nothing else
