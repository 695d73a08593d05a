"""Expressions over answers that data files hold: JMESPath, parameters with expressions, texts of JSON; no domain."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jmespath

from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Mapping


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


def opened(body: dict[str, Any], path: str) -> dict[str, Any]:
    """Return `body` with the text at a path read as JSON; a text that is none stays."""
    return dict(changed(body, path.split("."), _read))


def changed(held: Any, path: list[str], how: Any) -> Any:
    """Return `held` with what lies at a path changed by `how`; lists are gone through, `*` is every member."""
    if not path:
        return how(held)
    if isinstance(held, list):
        return [changed(each, path, how) for each in held]
    if not isinstance(held, dict):
        return held
    wanted = held.keys() if path[0] == "*" else [path[0]]
    return held | {name: changed(held[name], path[1:], how) for name in wanted if name in held}


def _read(held: Any) -> Any:
    if not isinstance(held, str):
        return held
    try:
        return json.loads(held)
    except ValueError:  # shown as the provider gave it
        return held
