"""Indicators of a CSV file with the columns type and value, and perhaps from, to, source, tlp, confidence, name."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

from jumpkit.detect.intel.values import FalseFriend, NotRunnable, term
from jumpkit.detect.intel.when import span
from jumpkit.kit.digest import short_id
from jumpkit.model.indicator import LIKE, Indicator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KINDS = {
    "address": ("address", "ip", "ipv4", "ipv6", "ipv4-addr", "ipv6-addr", "ip-src", "ip-dst"),
    "network": ("network", "cidr", "range"),
    "domain": ("domain", "domain-name", "hostname", "host", "fqdn"),
    "url": ("url", "uri"),
    "agent": ("agent", "user-agent", "useragent", "user_agent"),
    "key": ("key", "access-key", "access_key", "accesskey", "aws-access-key", "access-key-id"),
    "principal": ("principal", "arn", "aws-arn", "principal-id", "user-id"),
    "hash": ("hash", "md5", "sha1", "sha256", "sha512", "digest", "image-digest"),
    "image": ("image", "ami", "image-id"),
    "bucket": ("bucket", "s3-bucket"),
}
_NAMED = {alias: kind for kind, aliases in _KINDS.items() for alias in aliases}
_FROM = ("from", "valid_from", "first_seen")
_TO = ("to", "valid_until", "valid_to", "last_seen")


def from_csv(text: str, source: str) -> Iterator[Indicator]:
    """Yield an indicator for each row; raises ValueError where the columns type and value are not there."""
    rows = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    head = [str(name).strip().lower() for name in rows.fieldnames or ()]
    if not {"type", "value"} <= set(head):
        raise ValueError("the first line must name the columns type and value (and may name from, to, source, tlp)")
    rows.fieldnames = head
    for row in rows:
        said = {name: str(value or "").strip() for name, value in row.items() if name}
        if any(said.values()):
            yield _indicator(said, source)


def _first(said: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((said[name] for name in names if said.get(name)), None)


def _indicator(said: Mapping[str, str], source: str) -> Indicator:
    kind, value, maker = said["type"].lower(), said["value"], said.get("source") or source
    made = Indicator(
        uid=said.get("id") or short_id("IOC", maker, kind, value),
        name=said.get("name") or f"{kind} {value}"[:300],
        source=maker,
        clauses=(),
        tlp=said.get("tlp", "").lower().removeprefix("tlp:").replace("white", "clear") or None,
        confidence=int(said["confidence"]) if said.get("confidence", "").isdigit() else None,
        revoked=said.get("revoked", "").lower() in ("1", "true", "yes"),
        context=said.get("context") or None,
    )
    how = LIKE if "%" in value and _NAMED.get(kind) == "agent" else "="
    try:
        clauses = ((term(_kind(kind), value, how),),)
        since, until = _held(said)
    except NotRunnable as error:
        return replace(made, reason=str(error))
    except FalseFriend as error:
        return replace(made, reason=str(error), refused=True)
    return replace(made, clauses=clauses, since=since, until=until)


def _kind(named: str) -> str:
    if named not in _NAMED:
        raise NotRunnable(f"the type {named[:40] or '(none)'} is unknown; known: {', '.join(_KINDS)}")
    return _NAMED[named]


def _held(said: Mapping[str, str]) -> tuple[int | None, int | None]:
    since, until, untimely = span(_first(said, _FROM), _first(said, _TO))
    if untimely:
        raise NotRunnable(untimely)
    return since, until
