"""Bytes that came in: what was offered, what was sealed, what was turned away and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file or object that was found under the paths a person gave, not yet read."""

    name: str  # as a person knows it: path or s3:// address; bytes that are no UTF-8 appear as \\xNN
    path: Path | None  # where to read it; None for a remote object
    size: int  # bytes, as listed
    modified: str | None  # RFC 3339, as listed
    address: str | None = None  # of a remote object: exactly how to fetch it; None for a file
    etag: str | None = None  # of a remote object, as listed


@dataclass(frozen=True, slots=True)
class Sealed:
    """An input whose bytes lie on the shelf (or, in place, where they were found) under their digest."""

    name: str
    sha256: str
    sha512: str
    size: int
    path: Path  # the bytes that are parsed: the shelf's copy, or the original with --in-place
    in_place: bool
    already: bool  # the shelf held the same bytes before
    etag: str | None = None  # of a remote object, as fetched
    version: str | None = None  # of a remote object in a bucket that keeps versions
    mended: bool = False  # the shelf held damaged bytes under this digest; they were replaced by these


@dataclass(frozen=True, slots=True)
class Skipped:
    """An input that is plainly no log; leaving it out is no failure."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """An input, or a member of one, that could not be taken whole; the rest goes on."""

    path: str
    member: str | None
    sha256: str | None
    # unreadable, truncated, encrypted, not_a_log, bomb, escapes, loop, special_file, changed, unsupported, denied
    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of decompressed bytes of one member, with where it begins in that member.

    A member small enough comes as one chunk. Of larger line-wise members each chunk ends at a line's end.
    """

    sha256: str
    member: str | None  # the name inside an archive, None where the file is no archive (a .gz is none)
    data: bytes
    offset: int  # of data[0] in the decompressed member
    last: bool  # no more chunks of this member follow
    truncated: str | None = None  # why the member ends early; what was readable is in data
