"""Compares what was seen at two moments; not for judging what a difference means."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jumpkit.model.action import Seen

_ABSENT = "{absent}"


def differences(one: Seen, other: Seen, ignored: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
    """Return what differs by dotted path, `expected` and `found`; paths of `ignored` may hold `*`.

    >>> differences({"a": 1, "b": {"c": 2}}, {"a": 1, "b": {"c": 3}})
    {'b.c': {'expected': 2, 'found': 3}}
    """
    before, after = dict(_leaves(one, "")), dict(_leaves(other, ""))
    paths = [path for path in sorted({*before, *after}) if before.get(path, _ABSENT) != after.get(path, _ABSENT)]
    kept = [path for path in paths if not any(fnmatchcase(path, each) for each in ignored)]
    return {path: {"expected": before.get(path), "found": after.get(path)} for path in kept}


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield leaves by path; an empty collection is a leaf of its own."""
    below = path + "." if path else ""
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from _leaves(each, f"{below}{key}")
    elif isinstance(value, list | tuple) and value:
        for index, each in enumerate(value):
            yield from _leaves(each, f"{below}{index}")
    else:
        yield path, list(value) if isinstance(value, tuple) else value
