"""Puts into a call what is known only when it is sent: answers of earlier calls, and the provider's time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import ProviderError
from jumpkit.model.action import Later, ProviderTime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.model.action import Call

TIME = "{the provider's time when this is sent}"


def spelled(call: Call) -> dict[str, Any]:
    """Return a call as plans and journals show it; what is not known yet is said in braces."""
    told = {"service": call.service, "operation": call.operation, "parameters": _spell(dict(call.parameters))}
    return told | ({"region": call.region} if call.region else {})


def filled(call: Call, answers: Mapping[str, Mapping[str, Any]], now: str | None) -> dict[str, Any]:
    """Return the parameters as they are sent; `now` is the provider's time, RFC 3339.

    Raises:
        ProviderError: an earlier answer lacks what is needed, or the provider never told its time.

    """
    filling: dict[str, Any] = _fill(dict(call.parameters), answers, now)
    return filling


def _spell(value: Any) -> Any:
    match value:
        case Later(name, path):
            return f"{{{path} of {name}}}"
        case ProviderTime():
            return TIME
        case dict():
            return {key: _spell(each) for key, each in value.items()}
        case list() | tuple():
            return [_spell(each) for each in value]
        case bytes():
            return f"{{{len(value)} bytes}}"
        case _:
            return value


def _fill(value: Any, answers: Mapping[str, Mapping[str, Any]], now: str | None) -> Any:
    match value:
        case Later(name, path):
            return at(answers.get(name, {}), path, name)
        case ProviderTime():
            return _told(now)
        case dict():
            return {key: _fill(each, answers, now) for key, each in value.items()}
        case list() | tuple():
            return [_fill(each, answers, now) for each in value]
        case _:
            return value


def _told(now: str | None) -> str:
    if now is None:
        raise ProviderError("no answer of the provider told its time, and ours is not to be trusted", target="Date")
    return now


def at(body: Any, path: str, name: str) -> Any:
    """Return what stands at a dotted path of an answer.

    Raises:
        ProviderError: the answer does not hold it.

    """
    found = body
    for part in path.split("."):
        try:
            found = found[int(part)] if isinstance(found, list) else found[part]
        except (KeyError, IndexError, ValueError, TypeError) as caught:
            raise ProviderError(f"the answer to {name} holds no {path}", target=name) from caught
    return found
