"""Cuts whole JSON into records and says exactly where each lies; damaged JSON goes to salvage."""

from __future__ import annotations

from itertools import accumulate

import msgspec
import numpy as np
import pyarrow as pa

from jumpkit.normalize.pieces import SPACE, Pieces, address, lengths

BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)  # all that msgspec raises over bytes

_OPEN, _CLOSE = b"{}"
_FEW = 64  # records; below, a loop costs less than arrays
_GAP = 64  # bytes between two records that are looked at; wider layouts are measured one by one
_BARE = b'{"Records":['
_CLOSINGS = {_BARE: b"]}", b"[": b"]"}
_BETWEEN = SPACE + b","
_LIST = msgspec.json.Decoder(list[msgspec.Raw])
_WHOLE = msgspec.json.Decoder(msgspec.Raw)


def whole(data: bytes) -> bool:
    """Say whether `data` is one JSON value, strings' encoding aside."""
    try:
        _WHOLE.decode(data)
    except BROKEN:
        return False
    return True


def is_utf8(data: bytes) -> bool:
    """Say whether the bytes are UTF-8."""
    if data.isascii():
        return True
    bounds = pa.py_buffer(np.array([0, len(data)], np.int64))
    held = pa.LargeBinaryArray.from_buffers(pa.large_binary(), 1, [None, bounds, pa.py_buffer(data)])
    try:
        held.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def as_list(data: bytes) -> list[msgspec.Raw] | None:
    """Return the elements of a JSON array, or None where `data` is none."""
    try:
        return _LIST.decode(data)
    except BROKEN:
        return None


def located(raws: list[msgspec.Raw], data: bytes, base: int) -> Pieces:
    """Return the elements of one array within `data` with their places, counted from `base`.

    Between two elements stands nothing but space and one comma, so where every gap is as wide as the first and an
    object follows it, the lengths alone give all places; otherwise each view is asked where it lies.
    """
    if not raws:
        return Pieces()
    sizes = lengths(raws)
    starts = _packed(data, sizes)
    if starts is None:
        origin = address(data)
        first = address(raws[0]) - origin
        gap = address(raws[1]) - origin - first - sizes[0] if len(raws) > 1 else 1
        starts = _stepped(data, first, sizes, gap)
        if starts is None:
            starts = [address(raw) - origin for raw in raws]
    if base:
        starts = [start + base for start in starts]
    return Pieces(list(raws), starts, list(map(int.__add__, starts, sizes)))


def _packed(data: bytes, sizes: list[int]) -> list[int] | None:
    """Return the starts where the document is a bare list and as short as its records allow, else None.

    Nothing then stands between them but one comma, so that the length of the whole proves every place.
    """
    opening = _BARE if data.startswith(_BARE) else b"["
    shortest = len(opening) + sum(sizes) + len(sizes) - 1 + len(_CLOSINGS[opening])
    if len(data) != shortest or not data.startswith(opening):
        return None
    starts = list(accumulate(map((1).__add__, sizes), initial=len(opening)))
    starts.pop()
    return starts


def _stepped(data: bytes, first: int, sizes: list[int], gap: int) -> list[int] | None:
    """Return the starts where all gaps are `gap` bytes of space and comma before an object, else None."""
    if gap > _GAP:
        return None
    if len(sizes) > _FEW:
        return _stepped_many(data, first, sizes, gap)
    starts, at = [], first
    for size in sizes:
        if data[at] != _OPEN:
            return None
        starts.append(at)
        at += size + gap
    ends = map(int.__add__, starts, sizes)
    between = zip(ends, starts[1:], strict=False)
    return starts if all(not data[end:start].strip(_BETWEEN) for end, start in between) else None


def _stepped_many(data: bytes, first: int, sizes: list[int], gap: int) -> list[int] | None:
    """Do the same for many records at once."""
    view = np.frombuffer(data, np.uint8)
    lens = np.array(sizes, np.int64)
    starts = np.empty(len(sizes), np.int64)
    starts[0] = first
    np.cumsum(lens[:-1] + gap, out=starts[1:])
    starts[1:] += first
    if starts[-1] >= len(view) or not (view[starts] == _OPEN).all():
        return None
    ends = (starts + lens)[:-1]
    for step in range(gap):
        if not np.isin(view[ends + step], np.frombuffer(_BETWEEN, np.uint8)).all():
            return None
    listed: list[int] = starts.tolist()
    return listed


def lines(data: bytes, base: int) -> Pieces:
    """Return each line that is not blank, without the space around it."""
    parts = data.split(b"\n")
    if not parts[-1]:
        parts.pop()
    sizes = list(map(len, parts))
    if 0 not in sizes and {line[0] for line in parts} == {_OPEN} and {line[-1] for line in parts} == {_CLOSE}:
        starts = list(accumulate(map((1).__add__, sizes), initial=base))
        starts.pop()
        return Pieces(list(parts), starts, list(map(int.__add__, starts, sizes)))
    return _loose_lines(parts, base)


def _loose_lines(parts: list[bytes], base: int) -> Pieces:
    """Return lines that may be blank or have space around them."""
    found = Pieces()
    at = base
    for line in parts:
        text = line.strip(SPACE)
        if text:
            start = at + len(line) - len(line.lstrip(SPACE))
            found.add(text, start, start + len(text))
        at += len(line) + 1
    return found
