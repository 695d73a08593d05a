"""Finds the records in JSON that is cut short or damaged, one after the other; whole JSON never comes here."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from jumpkit.normalize.pieces import SPACE, Pieces

_SKIP = re.compile(rb"[\s,]*")
_FIRST_KEY = re.compile(rb'\{\s*"[^"\\]{1,64}"\s*:')
_ARRAY = re.compile(rb'"(?:Records|Events|logEvents|events|[Ff]indings|configurationItems)"\s*:\s*\[')
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]"]', re.DOTALL)
_HEAD = 1 << 16  # bytes in which the array's beginning is looked for
_CLOSING = SPACE + b"]}"
_WINDOW = 1 << 22  # bytes in which a damaged record may close where no next record is seen
_DAMAGES = 1000  # places after which the rest is given up, so that hostile input costs no hours


@dataclass(slots=True)
class Salvaged:
    """What could be cut out, how far it reaches, and whether the end is missing."""

    pieces: Pieces
    rest: int  # place in the data from which nothing whole was found
    cut: bool


def closed(data: bytes) -> bool:
    """Say whether `data` is one value that ends, whatever its strings and numbers hold."""
    return _value_end(json.JSONDecoder(strict=False), data.decode("latin-1"), 0) == len(data)


def array_start(data: bytes) -> int:
    """Return the place after the bracket that opens the records; 0 where the data is a row of values."""
    begin = len(data) - len(data.lstrip(SPACE))
    if data[begin : begin + 1] == b"[":
        return begin + 1
    found = _ARRAY.search(data, 0, _HEAD)
    return found.end() if found else 0


def salvage(data: bytes, start: int, base: int, *, array: bool) -> Salvaged:
    """Return the values from `start` on; what is damaged becomes one bad piece up to where the next record begins."""
    text = data.decode("latin-1")  # one character a byte, so that places agree
    reader = json.JSONDecoder(strict=False)
    marker = _marker(data, start)
    found, at = Pieces(), start
    while True:
        at = _past(data, at)
        if at >= len(data):
            return Salvaged(found, at, cut=array)
        if array and data[at : at + 1] == b"]":
            following = _next(data, at, marker)
            if following is None:
                rest = at + 1 if data[at + 1 :].strip(_CLOSING) else len(data)
                return Salvaged(found, rest, cut=False)
            at = following
            continue
        end = _value_end(reader, text, at)
        if end is not None:
            found.add(data[at:end], base + at, base + end)
            at = end
            continue
        resume = _resume(data, at, marker) if len(found.bad) < _DAMAGES else None
        if resume is None:
            return Salvaged(found, at, cut=True)
        found.add_bad(data[at:resume], base + at, "no valid JSON")
        at = resume


def _next(data: bytes, at: int, marker: re.Pattern[bytes] | None) -> int | None:
    """Return where records go on after an array's end: in another array, or behind where damage closed this one."""
    array = _ARRAY.search(data, at)
    if array:
        return array.end()
    record = marker.search(data, at + 1) if marker else None
    return record.start() if record else None


def _marker(data: bytes, start: int) -> re.Pattern[bytes] | None:
    """Return what each record probably begins with: a closed one before it, then the first record's first key."""
    first = _FIRST_KEY.match(data, _past(data, start))
    if not first:
        return None
    key = first[0][first[0].index(b'"') : first[0].rindex(b'"') + 1]
    return re.compile(rb"(?<=[}\]\s,])\{\s*" + re.escape(key) + rb"\s*:")


def _past(data: bytes, at: int) -> int:
    """Return the place of the next byte that is neither space nor comma."""
    skipped = _SKIP.match(data, at)
    return skipped.end() if skipped else at


def _value_end(reader: json.JSONDecoder, text: str, at: int) -> int | None:
    """Return where the value that begins at `at` ends, or None where it is not whole."""
    try:
        return reader.raw_decode(text, at)[1]
    except (ValueError, RecursionError):
        return None


def _balanced_end(data: bytes, at: int, limit: int) -> int | None:
    """Return where the bracket that opens at `at` closes, or None where it does not before `limit`."""
    depth = 0
    for token in _TOKEN.finditer(data, at, limit):
        mark = token[0]
        if mark in (b"{", b"["):
            depth += 1
        elif mark in (b"}", b"]"):
            depth -= 1
            if depth <= 0:
                return token.end()
    return None


def _resume(data: bytes, at: int, marker: re.Pattern[bytes] | None) -> int | None:
    """Return where to go on after damage at `at`: where its brackets close, or at the next record's beginning."""
    following = marker.search(data, at + 1) if marker else None
    limit = following.start() if following else min(len(data), at + _WINDOW)
    balanced = _balanced_end(data, at, limit) if data[at : at + 1] in (b"{", b"[") else None
    return limit if balanced is None and following else balanced
