"""Rows of the lake and the timeline, read tolerantly: what is absent stays absent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from jumpkit.kit.clock import stamp
from jumpkit.model.finding import SEVERITIES

_WEIGHTS: dict[str | None, int] = {severity: place for place, severity in enumerate(SEVERITIES)}
_LONGEST_JSON = 1_000_000  # characters of a request or response that are looked into


def at(row: Mapping[str, Any], path: str) -> Any:
    """Return what lies at a dotted path of nested objects and lists, None where the path ends early.

    >>> at({"items": [{"id": "a"}]}, "items.0.id")
    'a'
    """
    value: Any = row
    for name in _steps(path):
        if value.__class__ is dict or isinstance(value, Mapping):  # nearly all are plain, which is soon said
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal():
            value = value[int(name)] if int(name) < len(value) else None
        else:
            return None
    return value


@lru_cache(maxsize=1024)
def _steps(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))


def text_at(row: Mapping[str, Any], path: str) -> str | None:
    """Return the text at a path, None where there is none."""
    value = at(row, path)
    return None if value is None or isinstance(value, Mapping | list) else str(value)


def decoded(value: Any) -> Any:
    """Return JSON text decoded, other values as they are, None for what is no JSON or too large to look into."""
    if not isinstance(value, str):
        return value
    if len(value) > _LONGEST_JSON:
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None  # the value is shown as text where it is shown; nothing is looked for in it


def moment(value: Any) -> datetime | None:
    """Return a moment in UTC from a datetime, RFC 3339 text or milliseconds since 1970; None where it is none.

    >>> moment("2023-07-10T12:29:18Z").isoformat()
    '2023-07-10T12:29:18+00:00'
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value / 1000, UTC)
        if isinstance(value, str):
            return _read(value)
    except (ValueError, OverflowError, OSError):
        return None  # no time that a calendar holds; the row is listed without one
    return None


@lru_cache(maxsize=1 << 15)
def _read(text: str) -> datetime | None:
    """Return the moment in RFC 3339 text; a report reads the same ones again and again."""
    return moment(datetime.fromisoformat(text))


def when(value: Any) -> str:
    """Return a moment as people read it, UTC to the second, or the value's own text.

    >>> when("2023-07-10T12:29:18.25Z")
    '2023-07-10 12:29:18'
    """
    found = moment(value)
    if found is not None:
        return f"{found:%Y-%m-%d %H:%M:%S}"
    return "unknown" if value is None else str(value)


def rfc3339(value: Any) -> str | None:
    """Return a moment as RFC 3339 in UTC, None where it is none."""
    found = moment(value)
    return None if found is None else stamp(found)


def named(value: Any) -> str | None:
    """Return the name, else the id, of a principal or another named thing; text is its own name."""
    if isinstance(value, Mapping):
        for key in ("name", "value", "uid", "id"):
            if value.get(key):
                return str(value[key])
        return next((each for each in value.values() if isinstance(each, str) and each), None)
    return None if value is None else str(value)


def listed(value: Any) -> list[str]:
    """Return the names of a list's members, or of the keys of an object, or of the one value."""
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if isinstance(value, Iterable):
        return [name for name in (named(each) for each in value) if name]
    return [str(value)]


def weight(severity: str | None) -> int:
    """Return how heavy a severity is: 0 informational to 4 critical, -1 unknown."""
    return _WEIGHTS.get(severity, -1)


def heaviest(severities: Iterable[str]) -> str:
    """Return the heaviest of some severities, informational where there are none."""
    return max(severities, key=weight, default="informational")


def series(words: Iterable[str], most: int = 6) -> str:
    """Return words as a sentence lists them, and how many were left out.

    >>> series(["a", "b", "c"]), series("abcd", 2)
    ('a, b and c', 'a, b and 2 more')
    """
    every = list(words)
    head = every[:most]
    if len(every) > most:
        return f"{', '.join(head)} and {len(every) - most:,} more"
    return " and ".join([", ".join(head[:-1]), head[-1]] if len(head) > 1 else head)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun.

    >>> counted(1, "event"), counted(1200, "event")
    ('1 event', '1,200 events')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
