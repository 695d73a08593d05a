"""Values within a record by dotted paths, and values as the texts that tables and columns are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def first_of(value: Any, path: str) -> Any:
    """Return what lies at the end of a dotted path, None where nothing does; of a list, what an element has first.

    >>> first_of({"a": [{"b": None}, {"b": 2}]}, "a.b"), first_of({"a.b": 1}, "a.b"), first_of({"a": [7, 8]}, "a.1")
    (2, None, 8)
    """
    return along(value, path.split("."))


def along(value: Any, steps: Sequence[str]) -> Any:
    """Return the same for a path that is cut into its steps."""
    for place, step in enumerate(steps):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list):
            return _in_list(value, step, steps[place:])
        else:
            return None
    return value


def _in_list(values: list[Any], step: str, rest: Sequence[str]) -> Any:
    if step.isdecimal():
        return along(values[int(step)], rest[1:]) if int(step) < len(values) else None
    found = (along(each, rest) for each in values)
    return next((each for each in found if each is not None), None)


def all_of(value: Any, steps: Sequence[str]) -> Iterable[Any]:
    """Yield every value at the end of a path, those of all elements of lists."""
    if isinstance(value, list):
        for each in value:
            yield from all_of(each, steps)
    elif not steps:
        if value is not None:
            yield value
    elif isinstance(value, dict):
        yield from all_of(value.get(steps[0]), steps[1:])


def text_of(value: Any) -> str | None:
    """Return a value as text: numbers and truth values as JSON has them, objects and lists as JSON; None for nothing.

    >>> text_of("a"), text_of(""), text_of(True), text_of(5), text_of([1, "b"])
    ('a', None, 'true', '5', '[1,"b"]')
    """
    if isinstance(value, str):
        return value or None
    return None if value is None else msgspec.json.encode(value).decode()


def texts(values: Iterable[str | None]) -> pa.Array:
    """Return texts in Arrow; a lone surrogate, which no file can hold, becomes a question mark."""
    listed = list(values)
    try:
        return pa.array(listed, pa.string())
    except UnicodeEncodeError:
        return pa.array([None if each is None else each.encode("utf-8", "replace") for each in listed], pa.string())
