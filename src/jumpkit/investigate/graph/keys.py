"""The keys of a principal: who issued each, from where, and from where it was used."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nsmallest
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.graph.uses import AGENT, MARK, pushed, unmarked, wanted
from jumpkit.investigate.identity import KEY
from jumpkit.investigate.items import at, cited
from jumpkit.investigate.names import session_uid
from jumpkit.investigate.principals import MOST
from jumpkit.investigate.provider import CALLS, system_sql

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jumpkit.investigate.graph.issued import Issuance
    from jumpkit.investigate.graph.uses import Grounds
    from jumpkit.investigate.identity import Identity, IdentityKey
    from jumpkit.store.lake.read import Lake

_MOST_PLACES = 20
_MOST_AGENTS = 10
_OWN = (
    f"w.uid = coalesce(principal.uid, 'unknown') AND w.session IS NOT DISTINCT FROM principal.session AND w.key = {KEY}"
)
_FROM = "CASE WHEN src_endpoint.ip IS NULL THEN src_endpoint.domain END"


def _listed(value: str) -> str:
    """Return SQL for the sorted distinct values that are there."""
    return f"coalesce(list_sort(list(DISTINCT {value}) FILTER ({value} IS NOT NULL)), [])"


# The busiest places of each key first, then what was seen there: lists of all places would not fit into memory.
_PLACES = f"""
WITH counted AS (
  SELECT w.uid AS uid, w.session AS session, w.key AS key, src_endpoint.ip AS ip, {_FROM} AS domain, count(*) AS calls
  FROM events JOIN wanted w ON {_OWN} WHERE {CALLS} AND {{0}} GROUP BY ALL),
kept AS (
  SELECT *, count(*) OVER (PARTITION BY uid, session, key) AS places FROM counted
  QUALIFY row_number() OVER (PARTITION BY uid, session, key ORDER BY calls DESC, ip, domain) <= {_MOST_PLACES})
SELECT w.uid, w.session, w.key, w.ip, w.domain, w.calls, w.places,
       bool_or(coalesce(contains(unmapped, '"vpcEndpointId"'), false)), min(time), max(time), min({MARK}), max({MARK}),
       {_listed(AGENT)}, {_listed(system_sql("http_request.user_agent"))}, {_listed("cloud.region")}
FROM events JOIN kept w ON {_OWN} AND w.ip IS NOT DISTINCT FROM src_endpoint.ip
  AND w.domain IS NOT DISTINCT FROM {_FROM}
WHERE {CALLS} AND {{0}} GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 6 DESC, 4, 5
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Place:
    """One address, or service of the provider's, from which a key was used, and what was seen there."""

    ip: str | None
    domain: str | None
    calls: int
    distinct: int  # places of the key in all
    endpoint: bool
    first: int
    last: int
    first_mark: str
    last_mark: str
    agents: list[str]
    systems: list[str]
    regions: list[str]


def busiest(identities: Iterable[Identity]) -> list[Identity]:
    """Return the identities with the busiest keys of one principal."""
    keyed = [identity for identity in identities if identity.key is not None]
    return nsmallest(MOST, keyed, key=lambda each: (-each.events, each.first, each.key or ""))


def places_of(lake: Lake, ids: Sequence[IdentityKey]) -> dict[IdentityKey, list[Place]]:
    """Return the busiest places from which each of the credentials was used."""
    found: dict[IdentityKey, list[Place]] = {}
    if not ids:
        return found
    with lake.lent(wanted=wanted(sorted(set(ids), key=str))):
        for uid, session, key, *said in lake.query(
            _PLACES.format(pushed("principal.uid", (each[0] or "" for each in ids)))
        ):
            found.setdefault((uid, session, key), []).append(Place(*said))
    return found


def key_told(identity: Identity, issue: Issuance | None, places: Sequence[Place], grounds: Grounds) -> dict[str, Any]:
    """Return one key as items tell it."""
    key = identity.key or ""
    lasting = not key.startswith("ASIA")
    ends = {unmarked(mark) for place in places for mark in (place.first_mark, place.last_mark)}
    return {
        "key": key,
        "lasting": lasting,
        "session": identity.session,
        "issued": None if issue is None else _issued(issue, grounds),
        "issued_why": _why(identity, lasting) if issue is None else None,
        "used_from": [_place(place, grounds) for place in places],
        "more_used_from": places[0].distinct - len(places) if places else 0,
        "inside_why": grounds.unplaced(),
        "first": at(identity.first),
        "last": at(identity.last),
        "calls": identity.events,
        **cited(ends, identity.events),
    }


def _why(identity: Identity, lasting: bool) -> str:  # noqa: FBT001 - a kind of key, used here only
    """Return why nothing is known of a key's issue."""
    if lasting:
        return "made before the logs begin: no CreateAccessKey call of it is in the case"
    if identity.kind == "user":
        return "a key of a console sign-in or of GetSessionToken, whose issue the logs do not show"
    return "the call that issued it is not in the logs"


def _issued(issue: Issuance, grounds: Grounds) -> dict[str, Any]:
    """Return the call that issued a key."""
    return {
        "event": issue.event,
        "operation": issue.operation,
        "time": at(issue.time),
        "by": session_uid(issue.caller[0], issue.caller[1]),
        "with_key": issue.caller[2],
        "ip": issue.ip,
        "domain": issue.domain,
        "agent": issue.agent,
        "inside": grounds.inside(issue.ip),
    }


def _place(place: Place, grounds: Grounds) -> dict[str, Any]:
    """Return one place as items tell it."""
    return {
        "ip": place.ip,
        "domain": place.domain,
        "inside": grounds.inside(place.ip),
        "endpoint": place.endpoint,
        "calls": place.calls,
        "first": at(place.first),
        "last": at(place.last),
        "agents": place.agents[:_MOST_AGENTS],
        "more_agents": max(0, len(place.agents) - _MOST_AGENTS),
        "systems": place.systems,
        "regions": place.regions,
    }
