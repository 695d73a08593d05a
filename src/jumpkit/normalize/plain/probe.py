"""Looks at the beginning of a member of JSON for its first record, so that its source is known before it is read."""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_HEADS = (1 << 16, 1 << 22)  # bytes that are looked at; more only where these hold no whole record
_DEEPEST = 7
_FIRST = 8  # values among which a known one is looked for: notices and plain messages may come first
_GAP = 16  # characters of space between two
_MOST = 128  # values within one that are looked at
_BARE = re.compile(r"\s*\[\s*(?=[{\[])")
_CODES = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"{\0", "utf-16-le"), (b"[\0", "utf-16-le"),
          (b"\0{", "utf-16-be"), (b"\0[", "utf-16-be"))  # fmt: skip


def first_record(data: bytes, wrappers: Mapping[str, str], known: Callable[[Any], bool]) -> Any:
    """Return the first record of a member that begins so, None where none is seen."""
    code = next((code for magic, code in _CODES if data.startswith(magic)), "utf-8")
    lists = "|".join(re.escape(key) for key, how in wrappers.items() if how in {"list", "any"})
    opened = re.compile(rf'"(?:{lists})"\s*:\s*\[\s*(?=\{{)')
    for size in _HEADS:
        text = data[:size].decode(code, "replace").lstrip("\ufeff")
        for value in _values(text, opened):
            for found in islice(_within(value, wrappers, 0), _MOST):
                if known(found):
                    return found
        if size >= len(data):
            break
    return None


def _values(text: str, opened: re.Pattern[str]) -> Iterator[Any]:
    """Yield what may be, or hold, the first record."""
    reader = json.JSONDecoder(strict=False)
    places = [len(text) - len(text.lstrip())]
    places += [found.end() for found in (_BARE.match(text), opened.search(text)) if found]
    for place in places:
        yield from _from(text, place, reader)


def _from(text: str, place: int, reader: json.JSONDecoder) -> Iterator[Any]:
    """Yield the first values that stand one after another from here on."""
    for _ in range(_FIRST):
        try:
            value, end = reader.raw_decode(text, place)
        except (ValueError, RecursionError):
            return
        yield value
        gap = text[end : end + _GAP]
        place = end + len(gap) - len(gap.lstrip())


def _within(value: Any, wrappers: Mapping[str, str], depth: int) -> Iterator[Any]:
    """Yield a value and the first of what it wraps, the outermost first."""
    if depth > _DEEPEST:
        return
    yield value
    if isinstance(value, list):
        for each in value[:_FIRST]:
            yield from _within(each, wrappers, depth + 1)
    elif isinstance(value, dict):
        for key in wrappers.keys() & value.keys():
            yield from _within(_said(value[key], wrappers[key]), wrappers, depth + 1)


def _said(value: Any, how: str) -> Any:
    """Return what a message says, where it is JSON."""
    if how != "text" or not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
