"""Requests at balancers, firewalls and edges that may have brought a machine's credentials out, by their addresses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.investigate.moments import DAY_MS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from jumpkit.investigate.graph.homes import Home
    from jumpkit.investigate.graph.uses import Use
    from jumpkit.store.lake.read import Lake

BEFORE_MS = DAY_MS  # credentials of a machine last for hours; a request longer ago tells nothing of them
_MOST = 2000  # requests that are looked at, the latest before the end of the case
SOURCES = ("aws/alb", "aws/elb", "aws/waf", "aws/cloudfront")
# How an address of the metadata service is written, plainly or to get by a filter, and the paths below it.
_SIGN = (
    r"169\.254\.169\.254|169\.254\.170\.(2|23)\b|fd00:ec2::(254|23)|0xa9fea9fe|\b2852039166\b|0+251\.0+376\.0+251\.0+376"
    r"|a9fe:a9fe|169\.254\.43518|169\.16689662|instance-data|latest/(meta-data|api/token|dynamic/|user-data)"
    r"|security-credentials|computemetadata/v1"
)
_LISTED = ", ".join(f"'{source}'" for source in SOURCES)
_ASKED = f"""
SELECT metadata.uid, time, metadata.log_name, src_endpoint.ip, dst_endpoint.ip, http_request.http_method,
       http_request.url, http_response.code, coalesce(action, '') = 'Denied'
FROM events WHERE metadata.log_name IN ({_LISTED}) AND http_request.url IS NOT NULL
  AND regexp_matches(url_decode(url_decode(http_request.url)), '{_SIGN}', 'i')
ORDER BY time DESC, metadata.uid LIMIT {_MOST}
"""  # noqa: S608 - constants
_ANY = f"SELECT count(*) FROM events WHERE metadata.log_name IN ({_LISTED})"  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class Door:
    """One request that names the metadata service of a machine."""

    event: str
    time: int
    source: str
    client: str | None
    target: str | None  # the address behind the balancer, where the log has it
    method: str | None
    url: str
    code: int | None
    denied: bool


@dataclass(frozen=True, slots=True)
class Tied:
    """A request, and what ties it to a machine's credential beside the time."""

    door: Door
    ties: tuple[str, ...]


def doors(lake: Lake) -> tuple[Door, ...]:
    """Return the requests of a case that name the metadata service, the earliest first; asked once a lake."""
    if "doors" not in lake.remembered:
        lake.remembered["doors"] = tuple(Door(*row) for row in reversed(lake.query(_ASKED)))
    known: tuple[Door, ...] = lake.remembered["doors"]
    return known


def watched(lake: Lake) -> bool:
    """Return whether the case holds any log of requests at all."""
    ((count,),) = lake.query(_ANY)
    return bool(count)


def tied(home: Home, away: Sequence[Use], asked: Iterable[Door]) -> tuple[Tied, ...]:
    """Return the requests that came within a day before a use elsewhere, and could have reached this machine."""
    if home.kind not in ("instance", "container task") or not away:
        return ()
    first, last = min(use.first for use in away), max(use.last for use in away)
    clients = {use.ip for use in away if use.ip is not None}
    found = []
    for door in asked:
        if not first - BEFORE_MS <= door.time <= last or _elsewhere(door, home.own):
            continue
        ties = [f"it went to {door.target}, an address of its own"] if door.target in home.own else []
        if door.client in clients:
            ties.append(f"it came from {door.client}, from which the credential was used")
        found.append(Tied(door, tuple(ties)))
    return tuple(found)


def _elsewhere(door: Door, own: Collection[str]) -> bool:
    """Return whether the log says that a request went to another machine."""
    return door.target is not None and bool(own) and door.target not in own


def said(found: Sequence[Tied]) -> str:
    """Return in a sentence what the requests come to."""
    through = [each for each in found if not each.door.denied]
    count = f"{len(found)} request{'s' if len(found) > 1 else ''}"
    blocked = "" if len(through) == len(found) else f", {len(found) - len(through)} of them turned away"
    firm = next((each for each in found if each.ties), None)
    how = "; ".join(firm.ties) if firm is not None else "only the time ties them to it"
    first = (firm or found[0]).door
    where = first.source.removeprefix("aws/")
    return f"{count} in the day before asked for the metadata service{blocked} ({where}, event {first.event}): {how}"
