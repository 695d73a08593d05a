"""Reads what an alert of GuardDuty, Security Hub, Sentinel or jumpkit says; any other JSON object is one too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.kit.digest import canonical, sha256_hex
from jumpkit.kit.errors import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LISTS = ("Findings", "findings", "detail", "value")
_TITLE = 300  # characters
_LEAST = (("critical", 9), ("high", 7), ("medium", 4), ("low", 1))
_WORDS = ("informational", "low", "medium", "high", "critical")


@dataclass(frozen=True, slots=True)
class Told:
    """One alert as it came: who sent it, its own id, what it says, and the text itself."""

    source: str
    uid: str
    title: str
    severity: str | None
    raw: str

    @property
    def name(self) -> str:
        """Return our id of it: the same alert with the same words has it whoever sends it, and how often."""
        return f"AL-{sha256_hex(canonical([self.source, self.uid, self.raw]))[:16]}"


def read(data: bytes) -> list[Told]:
    """Return the alerts of a text: one, a list, an answer of an API, or an envelope of EventBridge.

    Raises:
        Unreadable: it is no JSON, or holds no object.

    """
    try:
        body = json.loads(data)
    except (ValueError, RecursionError) as caught:
        raise Unreadable("an alert is JSON", target="alert", hint="one object, or a list of them") from caught
    found = [_told(each) for each in _each(body)]
    if not found:
        raise Unreadable("there is no alert in it", target="alert", hint="one object, or a list of them")
    return found


def _each(body: Any) -> Iterator[dict[str, Any]]:
    if isinstance(body, list):
        for each in body:
            if not isinstance(each, dict):
                raise Unreadable("an alert is an object", target="alert", hint="one object, or a list of them")
            yield from _each(each)
    elif isinstance(body, dict):
        inner = next((body[name] for name in _LISTS if isinstance(body.get(name), list | dict)), None)
        if inner is None:
            yield body
        else:
            yield from _each(inner)


def _told(body: dict[str, Any]) -> Told:
    small = {name[:1].lower() + name[1:]: value for name, value in body.items()}
    raw = json.dumps(body, ensure_ascii=True, sort_keys=True)
    source, uid, title, severity = _said(small)
    return Told(source, _text(uid) or sha256_hex(raw.encode()), (_text(title) or "An alert")[:_TITLE], severity, raw)


def _said(small: Mapping[str, Any]) -> tuple[str, Any, Any, str | None]:
    if "schemaVersion" in small and isinstance(small.get("resource"), dict):
        return "guardduty", small.get("id"), small.get("title") or small.get("type"), _number(small.get("severity"))
    if isinstance(small.get("resources"), list):
        given = small.get("severity")
        return "securityhub", small.get("id"), small.get("title"), _word(_inner(given).get("Label"))
    if "systemAlertId" in small:
        return "sentinel", small["systemAlertId"], small.get("alertDisplayName"), _word(small.get("severity"))
    if isinstance(small.get("properties"), dict):
        inner = small["properties"]
        title = inner.get("title") or inner.get("alertDisplayName")
        return "sentinel", inner.get("systemAlertId") or small.get("name"), title, _word(inner.get("severity"))
    if "finding" in small and "rule" in small:
        return "jumpkit", small["finding"], small.get("title"), _word(small.get("severity"))
    return "other", small.get("id") or small.get("uid"), small.get("title") or small.get("name"), None


def _inner(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str | None:
    return str(value)[:400] if isinstance(value, str | int) and not isinstance(value, bool) and value != "" else None


def _word(value: Any) -> str | None:
    word = str(value).lower()
    return word if word in _WORDS else None


def _number(value: Any) -> str | None:
    """Return GuardDuty's number as the word that its documentation has for it."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return next(
        (word for word, least in (("critical", 9), ("high", 7), ("medium", 4), ("low", 1)) if value >= least), None
    )
