"""Seals inputs: copies them to the shelf, or hashes them where they lie; nothing is parsed here."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from typing import TYPE_CHECKING

from jumpkit.cloud.aws.s3 import S3Options, open_object
from jumpkit.kit.errors import Denied, Drifted, NoSpace, NotFound, Unreadable
from jumpkit.model.artifact import Candidate, Rejected, Sealed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jumpkit.collect.limits import Limits
    from jumpkit.store.shelf import Shelf

BLOCK = 1 << 20
PLAIN_S3 = S3Options()


def require_space(candidates: Iterable[Candidate], home: Path, limits: Limits) -> int:
    """Return the bytes that copying `candidates` takes; NoSpace, before anything is copied, if `home` has less free."""
    needed = sum(candidate.size for candidate in candidates)
    standing = next(folder for folder in (home, *home.resolve().parents) if folder.exists())
    free = shutil.disk_usage(standing).free
    if needed + limits.reserve > free:
        raise NoSpace(
            f"sealing needs {needed} bytes beside {limits.reserve} in reserve, and {free} are free",
            target=str(home),
            hint="free some space, name another workspace with --home, or leave files where they are with --in-place",
        )
    return needed


def seal(candidate: Candidate, shelf: Shelf, *, in_place: bool, s3: S3Options = PLAIN_S3) -> Sealed | Rejected:
    """Return the input's digests and where its bytes are to be parsed from, or why it could not be taken.

    `in_place` copies nothing, except what lies remote, since nothing else would keep it. A shelf that cannot
    be written is no fault of the input: NoSpace or Refused.
    """
    try:
        if candidate.path is None:
            return _seal_remote(candidate, shelf, s3)
        if in_place:
            return _seal_in_place(candidate, candidate.path)
        return _seal_copy(candidate, candidate.path, shelf)
    except OSError as error:
        reason = "permission denied" if isinstance(error, PermissionError) else (error.strerror or str(error)).lower()
        return Rejected(candidate.name, None, None, "unreadable", reason)


def _opened(path: Path) -> int:
    """Open for reading without waiting, should the file have become a pipe since it was found."""
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)


def _seal_copy(candidate: Candidate, path: Path, shelf: Shelf) -> Sealed | Rejected:
    with open(_opened(path), "rb", buffering=0) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            return _became_special(candidate)
        stored = shelf.put_stream(file, status.st_size)
    return Sealed(
        name=candidate.name,
        sha256=stored.sha256,
        sha512=stored.sha512,
        size=stored.size,
        path=stored.path,
        in_place=False,
        already=stored.already,
        mended=stored.mended,
    )


def _seal_in_place(candidate: Candidate, path: Path) -> Sealed | Rejected:
    first, second, size = hashlib.sha256(), hashlib.sha512(), 0
    with open(_opened(path), "rb", buffering=0) as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            return _became_special(candidate)
        while block := file.read(BLOCK):
            first.update(block)
            second.update(block)
            size += len(block)
        after = os.fstat(file.fileno())
    if size != before.st_size or _looks(before) != _looks(after):
        return Rejected(candidate.name, None, None, "changed", "the file changed while it was hashed")
    return Sealed(
        name=candidate.name,
        sha256=first.hexdigest(),
        sha512=second.hexdigest(),
        size=size,
        path=path,
        in_place=True,
        already=False,
    )


def _seal_remote(candidate: Candidate, shelf: Shelf, s3: S3Options) -> Sealed | Rejected:
    try:
        with open_object(candidate, s3) as opened:
            stored = shelf.put_stream(opened)
    except Denied as error:
        return Rejected(candidate.name, None, None, "denied", error.message)
    except (NotFound, Unreadable) as error:
        return Rejected(candidate.name, None, None, "unreadable", error.message)
    except Drifted as error:
        return Rejected(candidate.name, None, None, "changed", error.message)
    return Sealed(
        name=candidate.name,
        sha256=stored.sha256,
        sha512=stored.sha512,
        size=stored.size,
        path=stored.path,
        in_place=False,
        already=stored.already,
        etag=opened.etag,
        version=opened.version,
        mended=stored.mended,
    )


def _became_special(candidate: Candidate) -> Rejected:
    return Rejected(candidate.name, None, None, "special_file", "no plain file any more: it was not read")


def _looks(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
