"""Undoes compression: gzip, bzip2, xz, zstd, piece by piece; not for archives, which have members."""

from __future__ import annotations

import bz2
import lzma
import struct
from typing import TYPE_CHECKING, Protocol, cast

import deflate
from isal import igzip_lib

from jumpkit.collect.streams import Damaged, Peeked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumpkit.collect.limits import Limits

FEED = 1 << 10  # packed bytes at a time: what these inflate to is the most that is lost before a damaged place
STEP = 16 << 10  # bytes inflated at a time
GZIP = b"\x1f\x8b\x08"
FAST_BELOW = 16 << 20  # compressed bytes that are inflated in one go
MOST = 1032  # deflate's highest ratio; what claims more is lying
MEMORY = 256 << 20  # what an xz file may ask for
NAME_LIMIT = 64 << 10
HEADER, TRAILER = 10, 8  # bytes, by RFC 1952
HAS_CHECK, HAS_EXTRA, HAS_NAME, HAS_COMMENT = 2, 4, 8, 16


class Engine(Protocol):
    """One decompressor as the standard library shapes them."""

    @property
    def eof(self) -> bool:
        """Whether the stream has ended."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes out before something goes in."""

    @property
    def unused_data(self) -> bytes:
        """What followed the stream's end."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Return up to `max_length` decompressed bytes."""


def gunzip_whole(data: bytes, limits: Limits) -> bytes | None:
    """Return what a gzip file of exactly one intact member holds; None where another way must be tried.

    The fast decompressor stops after one member and believes the length in the last four bytes, which
    anybody can write. So that length is bounded first, and the member's own checksum and length must stand
    at the very end of the file and nowhere before.
    """
    size = int.from_bytes(data[-4:], "little")
    if not 0 < size <= min(limits.one_chunk, limits.bomb_floor, limits.max_inflated, MOST * len(data)):
        return None
    try:
        whole = deflate.gzip_decompress(data)
    except (deflate.DeflateError, ValueError):
        return None
    trailer = struct.pack("<II", deflate.crc32(whole), len(whole))
    return bytes(whole) if data.find(trailer) == len(data) - len(trailer) else None


def gunzip(source: Peeked) -> Iterator[bytes]:
    """Yield what all gzip members at the front of `source` hold; Damaged where one is cut short or broken."""
    while source.head(len(GZIP)) == GZIP:
        _skip_header(source)
        engine = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_DEFLATE)
        check = size = 0
        for piece in run_engine(engine, source, "gzip"):
            check = deflate.crc32(piece, check)
            size += len(piece)
            yield piece
        trailer = source.exactly(TRAILER)
        if len(trailer) < TRAILER:
            raise Damaged(f"the gzip data is cut short after {size} inflated bytes, within its checksum")
        if trailer != struct.pack("<II", check, size & 0xFFFFFFFF):
            raise Damaged(f"the checksum of {size} inflated bytes is not the one that the gzip data names")


def decompress(source: Peeked, form: str) -> Iterator[bytes]:
    """Yield what the streams of `form` (gzip, bzip2, xz, zstd) at the front of `source` hold; Damaged as `gunzip`."""
    if form == "gzip":
        yield from gunzip(source)
        return
    magic, make = ENGINES[form]
    while source.head(len(magic)) == magic:
        yield from run_engine(make(), source, form)


def readable(form: str) -> bool:
    """Return whether this machine can undo compression of `form`."""
    return form == "gzip" or form in ENGINES


def run_engine(engine: Engine, source: Peeked, form: str) -> Iterator[bytes]:
    """Yield one stream's content and put back what follows it."""
    done = 0
    while not engine.eof:
        data = source.read(FEED) if engine.needs_input else b""
        if engine.needs_input and not data:
            raise Damaged(source.damage or f"the {form} data is cut short after {done} inflated bytes")
        try:
            piece = engine.decompress(data, STEP)
        except BROKEN as error:
            raise Damaged(f"the {form} data is damaged after {done} inflated bytes") from error
        done += len(piece)
        yield piece
    source.unread(engine.unused_data)


def _skip_header(source: Peeked) -> None:
    header = source.exactly(HEADER)
    flags = header[3] if len(header) == HEADER else 0
    if flags & HAS_EXTRA:
        source.exactly(int.from_bytes(source.exactly(2), "little"))
    for flag in (HAS_NAME, HAS_COMMENT):
        if flags & flag:
            _skip_text(source)
    if flags & HAS_CHECK:
        source.exactly(2)
    if not source.head(1):
        raise Damaged("the gzip data is cut short within its header")


def _skip_text(source: Peeked) -> None:
    """Leave out a text that ends in a zero byte."""
    end = source.head(NAME_LIMIT).find(b"\0")
    if end < 0:
        raise Damaged("the gzip header has a text without an end")
    source.exactly(end + 1)


def _xz() -> Engine:
    return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=MEMORY)


ENGINES: dict[str, tuple[bytes, Callable[[], Engine]]] = {
    "bzip2": (b"BZh", bz2.BZ2Decompressor),
    "xz": (b"\xfd7zXZ\x00", _xz),
}
ISAL_ERROR: type[Exception] = cast("type[Exception]", igzip_lib.IsalError)  # its types call the class an instance
BROKEN: tuple[type[Exception], ...] = (ISAL_ERROR, OSError, EOFError, ValueError, lzma.LZMAError)
