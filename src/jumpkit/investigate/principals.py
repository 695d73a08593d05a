"""Everyone who made calls: when, how often, from where, under which sessions and keys, and who stands behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import nsmallest
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.actors import UNKNOWN, Actor, classify, overall
from jumpkit.investigate.identity import CALLED, best_told
from jumpkit.investigate.moments import moment
from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jumpkit.investigate.identity import Identity
    from jumpkit.investigate.links import Link
    from jumpkit.investigate.origins import Chains
    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import Origin
    from jumpkit.store.lake.read import Lake

MOST = 20  # of each list; how many more there are is said beside it
_LISTS = {
    "addresses": "src_endpoint.ip",
    "agents": "http_request.user_agent",
    "regions": "cloud.region",
    "services": "api.service.name",
}
_TOP = """
WITH counted AS (
  SELECT coalesce(principal.uid, 'unknown') AS uid, {0} AS value, count(*) AS n
  FROM events WHERE {0} IS NOT NULL AND {2} GROUP BY 1, 2)
SELECT uid, count(*), max({{'n': n, 'value': value}}, {1}) FROM counted GROUP BY uid ORDER BY uid
"""
TOPS = {name: _TOP.format(column, MOST, CALLED) for name, column in _LISTS.items()}


@dataclass(slots=True)
class _Gathered:
    """The identities of one principal."""

    identities: list[Identity] = field(default_factory=list)
    actors: list[tuple[Actor, int]] = field(default_factory=list)


def principals(
    lake: Lake, followed: Chains, estate: Estate, links: Sequence[Link] = (), numbered: Sequence[Origin] = ()
) -> tuple[dict[str, object], ...]:
    """Return a row for each principal, the busiest first."""
    gathered = _gather(followed, estate)
    actors = _actors(gathered, followed)
    lists = {name: _top(lake, name) for name in TOPS}
    joined = _joined(links, numbered)
    own = _Own.of(estate)
    rows = []
    for uid, each in gathered.items():
        row = _row(uid, each.identities, followed) | _said(actors[uid])
        for name, found in lists.items():
            values, distinct = found.get(uid, ([], 0))
            row[name] = [own.told(value, events) if name == "addresses" else value for value, events in values]
            row[f"more_{name}"] = distinct - len(values)
        row["linked"] = [link for origin in (uid, *_behind(row)) for link in joined.get(origin, [])][:MOST]
        rows.append(row)
    return tuple(sorted(rows, key=lambda row: (-row["events"], row["uid"])))


def _behind(row: dict[str, Any]) -> list[str]:
    """Return the origins that are sessions of this principal's own."""
    return [origin["uid"] for origin in row["origins"] if origin["uid"].startswith(f"{row['uid']}/")]


def _gather(followed: Chains, estate: Estate) -> dict[str, _Gathered]:
    """Return identities and their classes by principal."""
    gathered: dict[str, _Gathered] = {}
    known: dict[object, Actor] = {}  # apart from roles, keys of one principal differ in no more than this
    for identity in followed.identities:
        held = gathered.setdefault(identity.uid, _Gathered())
        held.identities.append(identity)
        same = identity.uid, identity.console, identity.workload, identity.kind == "role" and identity.id
        if same not in known:
            known[same] = classify(identity, followed.chains[identity.id], estate)
        held.actors.append((known[same], identity.events))
    return gathered


def _actors(gathered: Mapping[str, _Gathered], followed: Chains) -> dict[str, Actor]:
    """Return each principal's class; a role that says nothing itself is what those are who took it."""
    actors = {uid: overall(each.actors) for uid, each in gathered.items()}
    settled = dict(actors)
    for uid, each in gathered.items():
        if actors[uid].kind != UNKNOWN:
            continue
        behind = {followed.origin(identity.id).uid for identity in each.identities} - {uid}
        kinds = {actors[origin].kind for origin in behind if origin in actors} - {UNKNOWN}
        if len(kinds) == 1:
            (kind,) = kinds
            settled[uid] = Actor(kind, "that is what those are who took the role", guess=True)
    return settled


def _said(actor: Actor) -> dict[str, Any]:
    """Return the fields that tell an actor's class."""
    return {"class": actor.kind, "why": actor.why, "guess": actor.guess}


def _row(uid: str, identities: Sequence[Identity], followed: Chains) -> dict[str, Any]:
    """Return what a principal's identities say, without its lists of places."""
    origins: dict[str, list[Any]] = {}
    sessions: dict[str, list[int]] = {}
    keys: dict[str, list[int]] = {}
    for identity in identities:
        origin = followed.origin(identity.id)
        origins.setdefault(origin.uid, [origin, 0])[1] += identity.events
        _count(sessions, identity.session, identity)
        _count(keys, identity.key, identity)
    told = best_told(identities)
    ranked = sorted(origins.values(), key=lambda pair: (-pair[1], pair[0].uid))
    return {
        "uid": uid,
        "name": told.name,
        "kind": told.kind,
        "account": told.account,
        "first": stamp(moment(min(identity.first for identity in identities))),
        "last": stamp(moment(max(identity.last for identity in identities))),
        "events": sum(identity.events for identity in identities),
        "refused": sum(identity.refused for identity in identities),
        "failed": sum(identity.failed for identity in identities),
        "origin": _origin(ranked[0][0]),
        "origins": [_origin(origin) | {"events": events} for origin, events in ranked[:MOST]],
        "more_origins": max(0, len(ranked) - MOST),
        "sessions": _spans("session", sessions),
        "more_sessions": max(0, len(sessions) - MOST),
        "keys": _spans("key", keys),
        "more_keys": max(0, len(keys) - MOST),
    }


def _origin(origin: Origin) -> dict[str, object]:
    """Return an origin as contract.md has it."""
    return {"uid": origin.uid, "name": origin.name, "resolved": origin.resolved, "why": origin.why}


def _count(spans: dict[str, list[int]], name: str | None, identity: Identity) -> None:
    """Add an identity's events and times under `name`."""
    if name is None:
        return
    held = spans.setdefault(name, [0, identity.first, identity.last])
    held[0] += identity.events
    held[1], held[2] = min(held[1], identity.first), max(held[2], identity.last)


def _spans(what: str, spans: Mapping[str, Sequence[int]]) -> list[dict[str, object]]:
    """Return the busiest of the named spans."""
    ranked = nsmallest(MOST, spans.items(), key=lambda item: (-item[1][0], item[1][1], item[0]))
    return [
        {what: name, "events": events, "first": stamp(moment(first)), "last": stamp(moment(last))}
        for name, (events, first, last) in ranked
    ]


def _top(lake: Lake, name: str) -> dict[str, tuple[list[tuple[str, int]], int]]:
    """Return by principal the most frequent values of a list with their events, and how many distinct ones it has."""
    found: dict[str, tuple[list[tuple[str, int]], int]] = {}
    for uid, distinct, most in lake.query(TOPS[name]):
        found[uid] = [(each["value"], each["n"]) for each in most], distinct
    return found


def _joined(links: Iterable[Link], numbered: Sequence[Origin]) -> dict[str, list[dict[str, str]]]:
    """Return by origin what it is linked to, and why."""
    joined: dict[str, list[dict[str, str]]] = {}
    for link in links:
        one, other = numbered[link.one].uid, numbered[link.other].uid
        joined.setdefault(one, []).append({"uid": other, "why": link.why})
        joined.setdefault(other, []).append({"uid": one, "why": link.why})
    return {uid: rows[:MOST] for uid, rows in joined.items()}


@dataclass(frozen=True, slots=True)
class _Own:
    """The client's own networks, and what was already decided of an address."""

    networks: tuple[Any, ...]
    known: dict[str, bool | None]

    @classmethod
    def of(cls, estate: Estate) -> _Own:
        """Return the networks of the estate file."""
        return cls(tuple(ip_network(network, strict=False) for network in estate.networks), {})

    def told(self, ip: str, events: int) -> dict[str, object]:
        """Return the address, its events, and whether it is the client's own (None where that is not known)."""
        if ip not in self.known:
            self.known[ip] = self._own(ip)
        return {"ip": ip, "events": events, "own": self.known[ip]}

    def _own(self, ip: str) -> bool | None:
        if not self.networks:
            return None
        try:
            address = ip_address(ip)
        except ValueError:
            return None  # the provider's own name in place of an address
        return any(address in network for network in self.networks)
