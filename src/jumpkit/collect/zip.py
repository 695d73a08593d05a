"""Reads the members of a zip by its index; nothing is ever unpacked to disk."""

from __future__ import annotations

import stat
import struct
import zipfile
from typing import TYPE_CHECKING, BinaryIO, cast

import deflate
from isal import igzip_lib

from jumpkit.collect.inflate import FAST_BELOW, run_engine
from jumpkit.collect.members import Member, Naming, climbs
from jumpkit.collect.streams import BLOCK, Budget, Damaged, Peeked, Seekable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.collect.limits import Limits

LOCAL = 30  # bytes of a member's own header before its name
OFFICE = "[Content_Types].xml"
AES = 99
ENCRYPTED = 0x1 | 0x40 | 0x2000
BROKEN = (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OverflowError, EOFError, IndexError)


class _Bounded:
    """A file that refuses to hand out an index larger than allowed in one go."""

    def __init__(self, file: Seekable, limits: Limits) -> None:
        self._file = file
        self._most = limits.max_index
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > self._most:
            raise Damaged(f"the zip claims an index of {size} bytes")
        return self._file.read(size)


def zip_members(file: Seekable, budget: Budget) -> Iterator[Member]:
    """Yield the members in the index's order; Damaged if the zip has no index that can be read."""
    try:
        listed = zipfile.ZipFile(cast("BinaryIO", _Bounded(file, budget.limits))).infolist()
    except BROKEN as error:
        raise Damaged(f"the zip's index cannot be read, it may be cut short: {error}") from error
    naming = Naming()
    for info in listed:
        if info.orig_filename.endswith("/"):
            continue
        raw = _raw_name(info)
        refused = climbs(raw) or _refused(info, budget.limits)
        shown = naming.shown(raw)
        if refused is not None:
            yield Member(shown, None, *refused)
        else:
            packed = Peeked(_slice(file, info), info.compress_size)
            yield Member(shown, Peeked(_inflated(packed, info, budget), info.file_size))


def is_office(file: Seekable) -> bool:
    """Return whether this zip is an office document."""
    file.seek(0)
    return OFFICE.encode() in file.read(4096)


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    """Return the name's bytes: many programs write UTF-8 and do not say so."""
    return info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437", "backslashreplace")


def _refused(info: zipfile.ZipInfo, limits: Limits) -> tuple[str, str] | None:
    if info.flag_bits & ENCRYPTED or info.compress_type == AES:
        return "encrypted", "encrypted: unpack it with its password first"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "special_file", "a link: it was not followed"
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return "unsupported", f"packed by method {info.compress_type}: unpack it first"
    if info.file_size > limits.bomb_floor and info.file_size > limits.bomb_ratio * max(1, info.compress_size):
        return "bomb", f"{info.compress_size} bytes that claim to inflate to {info.file_size}"
    if info.file_size > limits.max_inflated:
        return (
            "bomb",
            f"it claims to inflate to {info.file_size} bytes, past the {limits.max_inflated} that are allowed",
        )
    return None


def _slice(file: Seekable, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the member's packed bytes."""
    if info.header_offset < 0:
        raise Damaged("the zip's index says that a member begins before the zip does")
    file.seek(info.header_offset)
    local = file.read(LOCAL)
    if len(local) < LOCAL or not local.startswith(b"PK\x03\x04"):
        raise Damaged("the zip has no such member where its index says")
    name, extra = struct.unpack("<HH", local[26:30])
    at, left = info.header_offset + LOCAL + name + extra, info.compress_size
    while left:
        file.seek(at)
        piece = file.read(min(left, BLOCK))
        if not piece:
            raise Damaged(f"the zip is cut short: {left} of {info.compress_size} bytes of this member are missing")
        at += len(piece)
        left -= len(piece)
        yield piece


def _inflated(packed: Peeked, info: zipfile.ZipInfo, budget: Budget) -> Iterator[bytes]:
    """Yield the member's content, at the end only if length and checksum are as the index says."""
    if info.compress_type == zipfile.ZIP_DEFLATED:
        data = _in_one_go(packed, info, budget)
        if data is not None:
            yield data
            return
    check = size = 0
    for piece in budget.metered(_pieces(packed, info), packed):
        check = deflate.crc32(piece, check)
        size += len(piece)
        if size > info.file_size:
            raise Damaged(f"the member inflates past the {info.file_size} bytes that the zip's index names")
        yield piece
    if packed.damage or (check, size) != (info.CRC, info.file_size):
        raise Damaged(packed.damage or f"the checksum of {size} inflated bytes is not the one in the zip's index")


def _in_one_go(packed: Peeked, info: zipfile.ZipInfo, budget: Budget) -> bytes | None:
    """Return a small intact member's content the fast way; None, with nothing taken, where that does not work."""
    if not 0 < info.file_size <= budget.limits.one_chunk or info.compress_size > FAST_BELOW:
        return None
    raw = packed.head(info.compress_size)
    try:
        data = bytes(deflate.deflate_decompress(raw, info.file_size))
    except (deflate.DeflateError, ValueError):
        return None
    if len(data) != info.file_size or deflate.crc32(data) != info.CRC:
        return None
    budget.spend(len(data), len(raw))
    return data


def _pieces(packed: Peeked, info: zipfile.ZipInfo) -> Iterator[bytes]:
    if info.compress_type == zipfile.ZIP_DEFLATED:
        yield from run_engine(igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_DEFLATE), packed, "zip")
        return
    while piece := packed.read(BLOCK):
        yield piece
