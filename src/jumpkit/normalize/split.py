"""Cuts whole JSON into records and says exactly where each lies; damaged JSON goes to salvage."""

from __future__ import annotations

import msgspec
import numpy as np

from jumpkit.normalize.pieces import SPACE, Pieces, address, lengths

BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)  # all that msgspec raises over bytes

_FEW = 64  # records; below, a loop costs less than arrays
_GAP = 64  # bytes between two records that are looked at; wider layouts are measured one by one
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
    origin = address(data)
    first = address(raws[0]) - origin
    gap = address(raws[1]) - origin - first - sizes[0] if len(raws) > 1 else 1
    starts = _stepped(data, first, sizes, gap)
    if starts is None:
        starts = [address(raw) - origin for raw in raws]
    if base:
        starts = [start + base for start in starts]
    return Pieces(list(raws), starts, list(map(int.__add__, starts, sizes)))


def _stepped(data: bytes, first: int, sizes: list[int], gap: int) -> list[int] | None:
    """Return the starts where all gaps are `gap` bytes of space and comma before an object, else None."""
    if gap > _GAP:
        return None
    if len(sizes) > _FEW:
        return _stepped_many(data, first, sizes, gap)
    starts, at = [], first
    for size in sizes:
        if data[at] != 0x7B:  # noqa: PLR2004 ({)
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
    if starts[-1] >= len(view) or not (view[starts] == ord("{")).all():
        return None
    ends = (starts + lens)[:-1]
    for step in range(gap):
        if not np.isin(view[ends + step], np.frombuffer(_BETWEEN, np.uint8)).all():
            return None
    listed: list[int] = starts.tolist()
    return listed


def lines(data: bytes, base: int) -> Pieces:
    """Return each line that is not blank, without the space around it."""
    found = Pieces()
    at = base
    for line in data.split(b"\n"):
        text = line.strip(SPACE)
        if text:
            start = at + (0 if line[0] == text[0] else len(line) - len(line.lstrip(SPACE)))
            found.add(text, start, start + len(text))
        at += len(line) + 1
    return found
