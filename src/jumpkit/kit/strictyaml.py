"""YAML from strangers: libyaml's events made into plain values without surprises; what they mean is not known here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 1_000_000
DEEPEST = 40

_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)?\.[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]?(?:0|[1-9][0-9]*)(?:\.)?[eE][-+]?[0-9]+")
_WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_LONGEST_INT = 400  # digits; Python refuses to read numbers of more than 4300


class BadYaml(ValueError):  # named for what happened, as the errors of kit are
    """The text is not YAML that a rule may be written in; the message says why."""


def documents(data: bytes) -> list[tuple[Any, int, int]]:
    """Return (value, start, end) for each document, offsets in characters; raises BadYaml."""
    if len(data) > LARGEST:
        raise BadYaml(f"larger than {LARGEST} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadYaml("not UTF-8") from error
    try:
        events: Any = yaml.parse(text, Loader=yaml.CSafeLoader)
        return list(_documents(events))
    except yaml.YAMLError as error:
        raise BadYaml(_short(error)) from error


def _short(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be read"
    return f"not YAML: {problem}" + (f" in line {mark.line + 1}" if mark is not None else "")


def _documents(events: Iterator[Any]) -> Iterator[tuple[Any, int, int]]:
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            start = _at(event, end=bool(event.explicit))
            value = _value(next(events), events, 0)
            yield value, start, _at(next(events), end=False)


def _at(event: Any, *, end: bool) -> int:
    """Return where an event ends or starts, in characters."""
    return int((event.end_mark if end else event.start_mark).index)


def _value(event: Any, events: Iterator[Any], depth: int) -> Any:
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise BadYaml("anchors and aliases are not accepted" + _line(event))
    if depth > DEEPEST:
        raise BadYaml(f"nested deeper than {DEEPEST}" + _line(event))
    if event.tag is not None and event.tag != "!":
        raise BadYaml("tags are not accepted" + _line(event))
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event.value) if event.implicit[0] else event.value
    if isinstance(event, yaml.SequenceStartEvent):
        return list(_items(events, depth + 1))
    return _mapping(events, depth + 1)


def _line(event: Any) -> str:
    return f" (line {event.start_mark.line + 1})"


def _items(events: Iterator[Any], depth: int) -> Iterator[Any]:
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            return
        yield _value(event, events, depth)


def _mapping(events: Iterator[Any], depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        if not isinstance(event, yaml.ScalarEvent):
            raise BadYaml("a key is not a plain word" + _line(event))
        _value(event, events, depth)
        if event.value in found:
            raise BadYaml(f"the key {event.value!r} stands twice in one map" + _line(event))
        found[event.value] = _value(next(events), events, depth)
    return found


def _scalar(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text) and len(text) < _LONGEST_INT:
        return int(text)
    if _FLOAT.fullmatch(text):
        number = float(text)
        return number if number not in {float("inf"), float("-inf")} else text
    return text
