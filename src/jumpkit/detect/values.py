"""How a record's values are reached and read as text; not for tests on them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str, ...]
_MISSING: tuple[None, list[Any]] = (None, [])


def text_of(value: Any) -> str:
    """Return a value's text: text as it is, all else as compact JSON.

    >>> text_of(True), text_of({"a": [1, "é"]})
    ('true', '{"a":[1,"é"]}')
    """
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def find(holder: dict[str, Any], path: Path, at: int) -> tuple[str, int] | None:
    """Return the key of `holder` that path[at:] begins with and the place after it; None where there is none.

    A key that itself holds dots is tried where the shorter key is missing.
    """
    key = path[at]
    if holder.get(key) not in _MISSING:
        return key, at + 1
    for end in range(at + 2, len(path) + 1):
        key = f"{key}.{path[end - 1]}"
        if holder.get(key) not in _MISSING:
            return key, end
    return None


def flat(values: list[Any]) -> Iterator[Any]:
    """Yield a list's elements, nested lists flattened, nulls left out."""
    for value in values:
        if isinstance(value, list):
            yield from flat(value)
        elif value is not None:
            yield value


def collect(value: Any, path: Path, at: int) -> list[Any]:
    """Return all that path[at:] reaches from `value`, crossing lists; empty where it is missing."""
    end = len(path)
    while at < end:
        if isinstance(value, dict):
            below = value.get(path[at])
            if below is not None and below != []:
                value, at = below, at + 1
                continue
            step = find(value, path, at)
            if step is None:
                return []
            value, at = value[step[0]], step[1]
        elif isinstance(value, list):
            return [found for element in flat(value) for found in collect(element, path, at)]
        else:
            return []
    if isinstance(value, list):
        return list(flat(value))
    return [] if value is None else [value]


def may_hold(record: Any, head: str) -> bool:
    """Say whether a record's bytes may hold a key that begins with `head` and a dot."""
    data = record if isinstance(record, bytes) else bytes(record)
    return f"{head}.".encode("utf-8", "surrogatepass") in data or b"\\u" in data
