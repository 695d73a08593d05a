"""Reads the members of a tar as it streams by: ustar, GNU and pax; nothing is ever unpacked to disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.collect.members import Member, Naming, climbs
from jumpkit.collect.streams import BLOCK, Damaged, Peeked

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORD = 512
LONG = 1 << 20  # bytes that a long name or a pax header may take
PLAIN = b"0\0007"
FOLDER = b"5"
OTHER = {
    b"1": ("special_file", "a link to another member: that member stands for itself"),
    b"2": ("special_file", "a link: it was not followed"),
    b"3": ("special_file", "a device"),
    b"4": ("special_file", "a device"),
    b"6": ("special_file", "a pipe"),
    b"S": ("unsupported", "a file with holes (GNU sparse): pack it without --sparse"),
    b"M": ("unsupported", "the rest of a file from another volume"),
}


@dataclass(frozen=True, slots=True)
class _Header:
    name: bytes
    size: int
    flag: bytes


def tar_members(stream: Peeked) -> Iterator[Member]:
    """Yield the members; Damaged where the archive breaks off or a header makes no sense."""
    naming = Naming()
    extra: dict[bytes, bytes] = {}
    while (header := _next_header(stream)) is not None:
        if header.flag in {b"L", b"x"}:
            extra |= _extra(stream, header)
            continue
        if header.flag in {b"g", b"K", b"X", b"V"}:
            _skip(stream, _padded(header.size))
            continue
        size = _number(extra[b"size"], 10) if b"size" in extra else header.size
        name, sparse = extra.get(b"path", header.name), b"sparse" in extra
        extra = {}
        content = _content(stream, size)
        member = _member(naming, _Header(name, size, b"S" if sparse else header.flag), content)
        if member is not None:
            yield member
        for _ in content:
            pass
        _skip(stream, _padded(size) - size)


def _member(naming: Naming, header: _Header, content: Iterator[bytes]) -> Member | None:
    if header.flag == FOLDER or (header.flag in PLAIN and header.name.endswith(b"/")):
        return None
    refused = climbs(header.name) or OTHER.get(header.flag)
    if refused is None and header.flag not in PLAIN:
        refused = ("unsupported", "a member of a type that tar does not define")
    shown = naming.shown(header.name)
    if refused is not None:
        return Member(shown, None, *refused)
    return Member(shown, Peeked(content, header.size))


def _next_header(stream: Peeked) -> _Header | None:
    """Return the next header that is not all zeros; None at the proper end."""
    zeros = 0
    while block := stream.exactly(RECORD):
        if len(block) < RECORD:
            raise Damaged(stream.damage or "the tar is cut short within a header")
        if block.strip(b"\0"):
            return _header(block)
        zeros += 1
    if stream.damage or not zeros:
        raise Damaged(stream.damage or "the tar has no end mark: members may be missing")
    return None


def _header(block: bytes) -> _Header:
    told = _number(block[148:156], 8)
    if told != sum(block[:148]) + sum(block[156:]) + 8 * 32:
        raise Damaged("a header of the tar is damaged: its checksum does not fit")
    name = block[:100].partition(b"\0")[0]
    if block[257:263] == b"ustar\0" and block[345]:
        name = block[345:500].partition(b"\0")[0] + b"/" + name
    return _Header(name, _size(block[124:136]), block[156:157])


def _size(field: bytes) -> int:
    """Return a size, in octal or, with the first bit set, in binary."""
    if field[0] & 0x80:
        return int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
    return _number(field, 8)


def _number(field: bytes, base: int) -> int:
    digits = field.strip(b" \0")
    if not digits.isdigit() and digits:
        raise Damaged("a header of the tar has letters where a number belongs")
    try:
        return int(digits or b"0", base)
    except ValueError as error:
        raise Damaged("a header of the tar has digits that are no number") from error


def _extra(stream: Peeked, header: _Header) -> dict[bytes, bytes]:
    """Return what a long-name or pax header says about the member that follows."""
    if header.size > LONG:
        raise Damaged(f"a header of the tar claims {header.size} bytes for a name")
    body = stream.exactly(header.size)
    _skip(stream, _padded(header.size) - header.size)
    if header.flag == b"L":
        return {b"path": body.rstrip(b"\0")}
    return {key: value for key, value in _pax(body) if key in {b"path", b"size", b"sparse"}}


def _pax(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the keys and values of a pax header, each record beginning with its own length."""
    at = 0
    while at < len(body) and body[at]:
        length = _number(body[at : body.find(b" ", at, at + 12)], 10)
        if length <= 0:
            raise Damaged("a pax header of the tar is damaged")
        key, _, value = body[at : at + length].partition(b" ")[2].removesuffix(b"\n").partition(b"=")
        yield (b"sparse" if key.startswith(b"GNU.sparse") else key), value
        at += length


def _content(stream: Peeked, size: int) -> Iterator[bytes]:
    left = size
    while left:
        piece = stream.read(min(left, BLOCK))
        if not piece:
            raise Damaged(stream.damage or f"the tar is cut short: {left} of {size} bytes of this member are missing")
        left -= len(piece)
        yield piece


def _skip(stream: Peeked, size: int) -> None:
    while size > 0 and (piece := stream.read(min(size, BLOCK))):
        size -= len(piece)


def _padded(size: int) -> int:
    return -(-size // RECORD) * RECORD
