"""Small languages of the data files: JMESPath over answers, parameters with expressions, paths to be blanked."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jmespath

from jumpkit.kit.clock import stamp
from jumpkit.kit.masking import MASK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_NAMED = re.compile(r"\{(\w+)\}")


@lru_cache(maxsize=4096)
def _compiled(expression: str) -> Any:
    return jmespath.compile(expression)


def checked(expression: object) -> str:
    """Return an expression that can be understood; raises ValueError."""
    if not isinstance(expression, str):
        raise ValueError(f"{expression!r} is no text")  # noqa: TRY004 - read with the other faults of a file
    try:
        _compiled(expression)
    except jmespath.exceptions.JMESPathError as error:
        raise ValueError(str(error).splitlines()[0]) from error
    return expression


def value(expression: str | None, of: Any) -> Any:
    """Return what an expression finds, None for no expression or nothing.

    >>> value("a[].b", {"a": [{"b": 1}, {"b": 2}]})
    [1, 2]
    """
    return None if expression is None else _compiled(expression).search(of)


def values(expression: str | None, of: Any) -> list[Any]:
    """Return what an expression finds as a list without nulls."""
    found = value(expression, of)
    return [each for each in (found if isinstance(found, list) else [found]) if each is not None]


def filled(parameters: Any, of: Mapping[str, Any]) -> Any:
    """Return parameters with each text that begins with = replaced by what the expression behind it finds.

    >>> filled({"Bucket": "=Name", "Max": 5}, {"Name": "logs"})
    {'Bucket': 'logs', 'Max': 5}
    """
    if isinstance(parameters, dict):
        return {name: filled(each, of) for name, each in parameters.items()}
    if isinstance(parameters, list):
        return [filled(each, of) for each in parameters]
    if isinstance(parameters, str) and parameters.startswith("="):
        return value(parameters[1:], of)
    return parameters


def form(text: str, names: Mapping[str, Any]) -> str:
    """Return a text with the names in braces replaced.

    >>> form("arn:{partition}:ec2:{region}", {"partition": "aws", "region": "eu-west-1"})
    'arn:aws:ec2:eu-west-1'
    """
    return _NAMED.sub(lambda found: str(names.get(found.group(1)) or ""), text)


def plain(answer: Any) -> Any:
    """Return an SDK's answer as JSON: moments as RFC 3339 in UTC, bytes in base64."""
    if isinstance(answer, dict):
        return {str(name): plain(each) for name, each in answer.items()}
    if isinstance(answer, list | tuple):
        return [plain(each) for each in answer]
    if isinstance(answer, datetime):
        return stamp(answer if answer.tzinfo else answer.replace(tzinfo=UTC))
    if isinstance(answer, bytes | bytearray):
        return base64.b64encode(answer).decode()
    return answer if answer is None or isinstance(answer, str | int | float | bool) else str(answer)


def tags_of(found: Any) -> dict[str, str]:
    """Return tags, however the service spells them, as a plain map.

    >>> tags_of([{"Key": "owner", "Value": "shop"}]), tags_of({"a": "b"})
    ({'owner': 'shop'}, {'a': 'b'})
    """
    if isinstance(found, dict):
        return {str(name): str(each) for name, each in found.items()}
    pairs = [{name.lower().removeprefix("tag"): each for name, each in tag.items()} for tag in found or ()]
    return {str(pair["key"]): str(pair.get("value") or "") for pair in pairs if "key" in pair}


def opened(body: dict[str, Any], path: str) -> dict[str, Any]:
    """Return `body` with the text at a path read as JSON; a text that is none stays."""
    return dict(_changed(body, path.split("."), _read))


def blanked(body: dict[str, Any], path: str) -> dict[str, Any]:
    """Return `body` with what lies at a path masked; `*` is every member, and lists are gone through.

    >>> blanked({"Environment": {"Variables": {"A": "x"}}}, "Environment.Variables.*")
    {'Environment': {'Variables': {'A': '[masked]'}}}
    """
    return dict(_changed(body, path.split("."), lambda held: held if held in (None, "", {}, []) else MASK))


def without(body: dict[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """Return `body` without what lies at some paths."""
    for path in paths:
        body = _changed(body, path.split("."), lambda _: None)
    return body


def _read(held: Any) -> Any:
    if not isinstance(held, str):
        return held
    try:
        return json.loads(held)
    except ValueError:  # shown as the provider gave it
        return held


def _changed(held: Any, path: list[str], how: Any) -> Any:
    if not path:
        return how(held)
    if isinstance(held, list):
        return [_changed(each, path, how) for each in held]
    if not isinstance(held, dict):
        return held
    wanted = held.keys() if path[0] == "*" else [path[0]]
    return held | {name: _changed(held[name], path[1:], how) for name in wanted if name in held}
