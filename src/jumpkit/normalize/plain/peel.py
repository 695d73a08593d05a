"""Takes records out of what they are delivered in: lists under a key, events of a bus, messages of a log group."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from jumpkit.normalize.pieces import SPACE, address
from jumpkit.normalize.split import BROKEN

Text = msgspec.Raw | bytes
Known = Callable[[Any], bool]

DEEPEST = 200  # levels of a record; no vendor nests so deep
_DEEPEST = 6  # wrappings around one
_KINDS: dict[type, str] = {list: "list", dict: "object", str: "text"}
_SHARED = "a second record within one message: only the first has bytes of its own"
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


@dataclass(frozen=True, slots=True)
class Peeled:
    """One record: its value (a text where it is no JSON), its bytes, and where these lie in the member."""

    value: Any
    text: bytes
    start: int
    end: int
    why: str = ""  # it cannot be taken for a record


def value_of(text: Text) -> Any:
    """Return a JSON text's value; what msgspec refuses, Python may still read; None where neither can or should."""
    value = _decoded(text)
    data = bytes(text)
    if data.count(b"{") + data.count(b"[") > DEEPEST and _too_deep(value):
        return None
    return value


def _decoded(text: Text) -> Any:
    try:
        return msgspec.json.decode(text)
    except BROKEN:
        pass
    try:
        return json.loads(bytes(text))
    except (ValueError, RecursionError):
        return None


def _too_deep(value: Any) -> bool:
    """Say whether lists and objects lie within each other more than so many times: whatever walks them would fall."""
    level = [value]
    for _ in range(DEEPEST + 1):
        inner = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list))
        level = [each for found in inner for each in found if isinstance(each, dict | list)]
        if not level:
            return False
    return True


def peeled(text: Text, start: int, wrappers: Mapping[str, str], known: Known, depth: int = 0) -> Iterator[Peeled]:
    """Yield the records within a JSON text that begins at `start`; itself, where nothing wraps any.

    `known` tells a record of a source, within which nothing is looked for. Text in a string has the place of the
    object that holds the string.
    """
    value = value_of(text)
    found = None if known(value) or depth > _DEEPEST else _wrapper(value, wrappers)
    if isinstance(value, list) and depth <= _DEEPEST:
        yield from _each(text, text, start, wrappers, (known, depth))
    elif found is None:
        yield Peeled(value, bytes(text), start, start + len(memoryview(text)))
    elif found[1] == "text":
        inner = str(value[found[0]])
        size = len(memoryview(text))
        for place, each in enumerate(_message(inner, wrappers, known, depth)):
            yield Peeled(each.value, each.text, start, start + size, each.why or (_SHARED if place else ""))
    else:
        yield from _under(text, start, found, wrappers, (known, depth))


def _wrapper(value: Any, wrappers: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the key that wraps records, and what lies under it."""
    if not isinstance(value, dict):
        return None
    for key, how in wrappers.items():
        kind = _KINDS.get(type(value.get(key)))
        if kind and (kind == how or (how == "any" and kind != "text")):
            return key, kind
    return None


def _message(inner: str, wrappers: Mapping[str, str], known: Known, depth: int) -> Iterator[Peeled]:
    data = inner.encode("utf-8", "replace").strip(SPACE)
    if data[:1] in (b"{", b"["):
        yield from peeled(data, 0, wrappers, known, depth + 1)
    else:
        yield Peeled(inner, data, 0, len(data))


def _under(
    text: Text, start: int, found: tuple[str, str], wrappers: Mapping[str, str], rest: tuple[Known, int]
) -> Iterator[Peeled]:
    key, how = found
    try:
        raw = _FIELDS.decode(text)[key]
    except BROKEN:  # read by Python alone: the whole stands for what it holds
        yield Peeled(value_of(text), bytes(text), start, start + len(bytes(text)))
        return
    at = start + address(raw) - address(text)
    if how == "list":
        yield from _each(raw, text, start, wrappers, rest)
    else:
        known, depth = rest
        yield from peeled(raw, at, wrappers, known, depth + 1)


def _each(raw: Text, text: Text, start: int, wrappers: Mapping[str, str], rest: tuple[Known, int]) -> Iterator[Peeled]:
    """Yield the records within the elements of a list that lies in `text`."""
    known, depth = rest
    try:
        elements = _LIST.decode(raw)
    except BROKEN:
        yield Peeled(None, bytes(raw), start, start + len(bytes(raw)))
        return
    origin = address(text)
    for element in elements:
        yield from peeled(element, start + address(element) - origin, wrappers, known, depth + 1)
