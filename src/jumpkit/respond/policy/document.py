"""Policy documents as statements; what is not understood is kept by name, so that it can make an answer unknown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LARGEST = 200_000  # characters; the largest document that the provider takes is a tenth of it
_SAID = frozenset(
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"]
)
_VERSIONS = ("2012-10-17", "2008-10-17")
Condition = tuple[str, str, tuple[str, ...]]  # operator, key, values


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement: `None` where an element is not there, `odd` what was not understood."""

    name: str  # its Sid, or #1, #2 … by its place
    effect: str
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    not_resources: tuple[str, ...] | None
    principals: tuple[tuple[str, str], ...] | None  # (kind, value), e.g. ("AWS", "*")
    not_principals: tuple[tuple[str, str], ...] | None
    conditions: tuple[Condition, ...]
    odd: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A policy by the name it is cited by; `odd` is what of the whole was not understood."""

    name: str
    version: str
    statements: tuple[Statement, ...]
    odd: tuple[str, ...]


class _Odd(ValueError):
    """Something in a document that is not understood; the message names it."""


def read(name: str, said: str | Mapping[str, Any]) -> Document:
    """Return a document from JSON text or what it was parsed to; this never fails: what is odd is named in it.

    >>> read("p", {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}).statements[0].actions
    ('s3:*',)
    """
    odd: list[str] = []
    try:
        body = _parsed(said)
        statements = body.get("Statement")
        listed = statements if isinstance(statements, list) else [statements]
        version = str(body.get("Version", "2008-10-17"))
        odd += [] if version in _VERSIONS else [f"version {version[:40]}"]
        odd += [f"element {key[:40]}" for key in body if key not in ("Version", "Id", "Statement")]
        return Document(name, version, tuple(_statement(each, at) for at, each in enumerate(listed, 1)), tuple(odd))
    except _Odd as error:
        return Document(name, "", (), (str(error),))


def _parsed(said: str | Mapping[str, Any]) -> Mapping[str, Any]:
    if isinstance(said, Mapping):
        return said
    if len(said) > LARGEST:
        raise _Odd(f"a document of more than {LARGEST:,} characters")
    try:
        body = json.loads(said, object_pairs_hook=_once)
    except (json.JSONDecodeError, RecursionError) as error:
        raise _Odd("a document that is not JSON") from error
    if not isinstance(body, dict):
        raise _Odd("a document that is no JSON object")
    return body


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Odd("a document that names an element twice")
    return found


def _statement(said: Any, at: int) -> Statement:
    if not isinstance(said, Mapping):
        return Statement(f"#{at}", "", None, None, None, None, None, None, (), ("a statement that is no object",))
    odd = [f"element {str(key)[:40]}" for key in said if key not in _SAID]
    odd += [
        f"{one} beside Not{one}" for one in ("Action", "Resource", "Principal") if one in said and f"Not{one}" in said
    ]
    effect = said.get("Effect")
    if effect not in ("Allow", "Deny"):
        odd.append(f"effect {str(effect)[:20]}")
    if "Action" not in said and "NotAction" not in said:
        odd.append("a statement without actions")
    return Statement(
        name=str(said.get("Sid") or f"#{at}"),
        effect=str(effect),
        actions=_texts(said, "Action", odd),
        not_actions=_texts(said, "NotAction", odd),
        resources=_texts(said, "Resource", odd),
        not_resources=_texts(said, "NotResource", odd),
        principals=_principals(said, "Principal", odd),
        not_principals=_principals(said, "NotPrincipal", odd),
        conditions=_conditions(said.get("Condition"), odd),
        odd=tuple(odd),
    )


def _texts(said: Mapping[str, Any], element: str, odd: list[str]) -> tuple[str, ...] | None:
    if element not in said:
        return None
    value = said[element]
    listed = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in listed) or not listed:
        odd.append(f"{element} that is no text")
    return tuple(each for each in listed if isinstance(each, str))


def _principals(said: Mapping[str, Any], element: str, odd: list[str]) -> tuple[tuple[str, str], ...] | None:
    if element not in said:
        return None
    value = said[element]
    if value == "*":
        return (("AWS", "*"),)
    if not isinstance(value, Mapping) or not value:
        odd.append(f"{element} that is neither * nor an object")
        return ()
    return tuple((str(kind), each) for kind in value for each in _texts(value, kind, odd) or ())


def _conditions(said: Any, odd: list[str]) -> tuple[Condition, ...]:
    if said is None:
        return ()
    if not isinstance(said, Mapping):
        odd.append("Condition that is no object")
        return ()
    found: list[Condition] = []
    for operator, keys in said.items():
        if not isinstance(keys, Mapping):
            odd.append(f"condition {str(operator)[:40]} that is no object")
            continue
        found += [(str(operator), str(key), _values(str(key), value, odd)) for key, value in keys.items()]
    return tuple(found)


def _values(key: str, value: Any, odd: list[str]) -> tuple[str, ...]:
    listed = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str | bool | int | float) for each in listed):
        odd.append(f"values of {key[:40]} that are no texts")
    return tuple(text(each) for each in listed if isinstance(each, str | bool | int | float))


def text(value: str | bool | float) -> str:  # noqa: FBT001 - JSON has booleans
    """Return a JSON scalar as policies compare it.

    >>> text(True), text(5), text("x")
    ('true', '5', 'x')
    """
    return str(value).lower() if isinstance(value, bool) else str(value)
