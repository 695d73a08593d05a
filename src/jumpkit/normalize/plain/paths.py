"""Values within a record by dotted paths, and values as the texts that tables and columns are made of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from jumpkit.normalize.plain.peel import value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_DEEPEST = 64  # levels of a record in which names are respelled; no vendor nests so deep
EVERY = "[]"  # at the end of a path: not the first value there but a list of all


def first_of(value: Any, path: str) -> Any:
    """Return what lies at the end of a dotted path, None where nothing does; of a list, what an element has first.

    >>> first_of({"a": [{"b": None}, {"b": 2}]}, "a.b"), first_of({"a.b": 1}, "a.b"), first_of({"a": [7, 8]}, "a.1")
    (2, None, 8)
    >>> first_of([{"name": "Host", "value": "a"}], "name=host.value")
    'a'
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
    if "=" in step:
        return _labeled(values, step, rest[1:])
    found = (along(each, rest) for each in flat(values))
    return next((each for each in found if each is not None), None)


def _labeled(values: list[Any], step: str, rest: Sequence[str]) -> Any:
    """Return the same of the first element whose field has this text, in any case of letters: `name=host`."""
    name, _, wanted = step.partition("=")
    for each in flat(values):
        if isinstance(each, dict) and str(each.get(name)).casefold() == wanted:
            return along(each, rest)
    return None


def all_of(value: Any, steps: Sequence[str]) -> Iterable[Any]:
    """Yield every value at the end of a path, those of all elements of lists."""
    if isinstance(value, list):
        for each in flat(value):
            yield from all_of(each, steps)
    elif not steps:
        if value is not None:
            yield value
    elif isinstance(value, dict):
        yield from all_of(value.get(steps[0]), steps[1:])


def listed(value: Any, steps: Sequence[str]) -> str | None:
    """Return all texts at the end of a path as a JSON list, None where there is none.

    >>> listed({"a": [{"b": "x"}, {"b": 2}]}, ["a", "b"])
    '["x","2"]'
    """
    found = [text for each in all_of(value, steps) if (text := text_of(each)) is not None]
    return json_text(found) if found else None


def flat(values: list[Any]) -> Iterator[Any]:
    """Yield the elements of a list, those of lists within it too, however deep they lie.

    >>> list(flat([1, [2, [[3]]], []]))
    [1, 2, 3]
    """
    waiting = [iter(values)]
    while waiting:
        for each in waiting[-1]:
            if isinstance(each, list):
                waiting.append(iter(each))
                break
            yield each
        else:
            waiting.pop()


def lower_first(value: Any, depth: int = 0) -> Any:
    """Return a value with the first letter of every field's name in lower case.

    >>> lower_first({"Id": 1, "Service": [{"Count": 2}]})
    {'id': 1, 'service': [{'count': 2}]}
    """
    if depth > _DEEPEST:
        return value
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: lower_first(each, depth + 1) for name, each in value.items()}
    return [lower_first(each, depth + 1) for each in value] if isinstance(value, list) else value


def unquoted(value: Any) -> Any:
    """Return what a text of JSON says, and so of the members of an object; any other value as it is.

    >>> unquoted('{"a":1}'), unquoted({"a": "[1]", "b": "x"}), unquoted("{")
    ({'a': 1}, {'a': [1], 'b': 'x'}, '{')
    """
    if isinstance(value, dict):
        return {name: _said(each) for name, each in value.items()}
    return _said(value)


def _said(value: Any) -> Any:
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    said = value_of(value.encode("utf-8", "replace"))
    return value if said is None else said


def text_of(value: Any) -> str | None:
    """Return a value as text: numbers and truth values as JSON has them, objects and lists as JSON; None for nothing.

    >>> text_of("a"), text_of(""), text_of(True), text_of(5), text_of([1, "b"])
    ('a', None, 'true', '5', '[1,"b"]')
    """
    if isinstance(value, str):
        return value or None
    return None if value is None else json_text(value)


def json_text(value: Any) -> str:
    r"""Return a value as JSON; what UTF-8 cannot hold is written as an escape, and numbers of any size as they are.

    >>> json_text({"a": [1, "é"]}), json_text(chr(0xD800)), json_text(1 << 70)
    ('{"a":[1,"é"]}', '"\\ud800"', '1180591620717411303424')
    """
    try:
        return msgspec.json.encode(value).decode()
    except (UnicodeEncodeError, OverflowError):
        return json.dumps(value, separators=(",", ":"))


def as_texts(values: list[Any]) -> pa.Array:
    """Return values as texts in Arrow, null for what is absent or empty.

    >>> as_texts(["a", "", None]).to_pylist(), as_texts(["a", 5, [1]]).to_pylist()
    (['a', None, None], ['a', '5', '[1]'])
    """
    try:
        found = pa.array(values, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid, UnicodeEncodeError):
        return texts(map(text_of, values))
    return found if "" not in values else pc.if_else(pc.equal(found, ""), None, found)


def texts(values: Iterable[str | None]) -> pa.Array:
    """Return texts in Arrow; a lone surrogate, which no file can hold, becomes a question mark."""
    listed = list(values)
    try:
        return pa.array(listed, pa.string())
    except UnicodeEncodeError:
        return pa.array([None if each is None else each.encode("utf-8", "replace") for each in listed], pa.string())
