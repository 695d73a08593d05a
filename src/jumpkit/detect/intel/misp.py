"""Indicators of MISP events, as the server exports them and as feeds hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.detect.intel.values import FalseFriend, NotRunnable, term
from jumpkit.detect.intel.when import span
from jumpkit.kit.digest import short_id
from jumpkit.model.indicator import Indicator, Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KINDS = {
    "ip-src": "address",
    "ip-dst": "address",
    "domain": "domain",
    "hostname": "domain",
    "url": "url",
    "uri": "url",
    "link": "url",
    "user-agent": "agent",
    "md5": "hash",
    "sha1": "hash",
    "sha256": "hash",
    "sha384": "hash",
    "sha512": "hash",
    "aws-access-key": "key",
    "aws-arn": "principal",
}
_JOINED = {  # types of two values: which parts are looked for; each of them is enough
    "ip-src|port": ("address", None),
    "ip-dst|port": ("address", None),
    "hostname|port": ("domain", None),
    "domain|ip": ("domain", "address"),
    "filename|md5": (None, "hash"),
    "filename|sha1": (None, "hash"),
    "filename|sha256": (None, "hash"),
}
_SURE = {"1": 100, "2": 75, "3": 50, "4": 25}


def from_event(event: Mapping[str, Any], source: str) -> Iterator[Indicator]:
    """Yield every attribute of an event, those of its objects too."""
    maker = str((event.get("Orgc") or event.get("Org") or {}).get("name") or source)
    mark = _tlp(event)
    attributes = list(event.get("Attribute") or ())
    for thing in event.get("Object") or ():
        attributes += thing.get("Attribute") or ()
    for item in attributes:
        if isinstance(item, dict):
            yield _indicator(item, event, maker, mark)


def _tlp(holder: Mapping[str, Any]) -> str | None:
    names = [str(tag.get("name", "")).lower() for tag in holder.get("Tag") or () if isinstance(tag, dict)]
    found = next((name.partition(":")[2] for name in names if name.startswith("tlp:")), None)
    return "clear" if found == "white" else found


def _indicator(item: Mapping[str, Any], event: Mapping[str, Any], source: str, mark: str | None) -> Indicator:
    clauses, reason, refused = _clauses(item)
    since, until, untimely = span(item.get("first_seen"), item.get("last_seen"))
    modified, _, _ = span(item.get("timestamp"), None)
    kind, value = str(item.get("type")), str(item.get("value"))
    return Indicator(
        uid=str(item.get("uuid") or short_id("IOC", source, kind, value)),
        name=f"{kind} {value}"[:300],
        source=source,
        clauses=() if untimely else clauses,
        reason=untimely or reason,
        refused=refused,
        since=since,
        until=until,
        revoked=item.get("deleted") in (True, 1, "1"),
        modified=modified,
        tlp=_tlp(item) or mark,
        confidence=_SURE.get(str(event.get("threat_level_id"))),
        context=str(event.get("info") or "")[:300] or None,
    )


def _clauses(item: Mapping[str, Any]) -> tuple[tuple[tuple[Term, ...], ...], str | None, bool]:
    kind, value = str(item.get("type")), str(item.get("value") or "")
    if item.get("to_ids") in (False, 0, "0"):
        return (), "its maker says that it is context and not for detection (to_ids)", False
    if kind in _KINDS:
        wanted = [(_KINDS[kind], value)]
    elif kind in _JOINED:
        parts = value.replace("]:", "|").lstrip("[").split("|")
        wanted = [(name, part) for name, part in zip(_JOINED[kind], parts, strict=False) if name]
    else:
        return (), f"the type {kind[:40]} does not stand in cloud logs", False
    try:
        return tuple((term(name, part),) for name, part in wanted), None, False
    except NotRunnable as error:
        return (), str(error), False
    except FalseFriend as error:
        return (), str(error), True
