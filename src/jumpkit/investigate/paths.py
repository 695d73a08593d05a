"""JSON paths into a vendor's request or answer, as tables of content write them; a path leads to many texts."""

from __future__ import annotations

import json
from typing import Any

_LARGEST = 1_000_000  # characters of a text that is looked into


def parsed(text: str | None) -> dict[str, Any]:
    """Return the object that a text holds, empty where it holds none or is larger than is looked into."""
    try:
        value = json.loads(text) if text and len(text) <= _LARGEST else {}
    except (ValueError, RecursionError):
        return {}  # what it would have said is then unknown; the call itself is still told
    return value if isinstance(value, dict) else {}


def texts_at(value: Any, path: str) -> list[str]:
    """Return the texts and numbers at a path; `[*]` goes through a list, and a list of plain values is gone through.

    >>> texts_at({"a": [{"b": "x"}, {"b": 3}]}, "a[*].b")
    ['x', '3']
    """
    return [_text(item) for item in values_at(value, path) if isinstance(item, str | int | float)]


def values_at(value: Any, path: str) -> list[Any]:
    """Return whatever stands at a path."""
    here = [value]
    for word in path.split("."):
        name, _, every = word.partition("[")
        here = [item[name] for item in here if isinstance(item, dict) and name in item]
        if every:
            here = [each for item in here if isinstance(item, list) for each in item]
    return here


def first_text(value: Any, paths: tuple[str, ...]) -> str | None:
    """Return the first text that one of the paths leads to, None where none does."""
    return next((text for path in paths for text in texts_at(value, path) if text), None)


def _text(item: str | float) -> str:
    return item if isinstance(item, str) else str(item)
