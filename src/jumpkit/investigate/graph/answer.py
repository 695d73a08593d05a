"""The people and machines of a case with their credentials, as `principals` answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.investigate.graph.doors import doors, watched
from jumpkit.investigate.graph.edges import edges, touching
from jumpkit.investigate.graph.issued import issuances
from jumpkit.investigate.graph.keys import busiest, key_told, places_of
from jumpkit.investigate.graph.uses import MARK, Grounds, unmarked
from jumpkit.investigate.graph.workloads import workloads
from jumpkit.investigate.items import at, cited, distinct, limit
from jumpkit.investigate.names import session_uid
from jumpkit.investigate.origins import chains
from jumpkit.investigate.principals import MOST, principals
from jumpkit.investigate.provider import CALLS, actors

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jumpkit.investigate.graph.doors import Tied
    from jumpkit.investigate.graph.edges import Edge
    from jumpkit.investigate.graph.uses import Use
    from jumpkit.investigate.graph.workloads import Workload
    from jumpkit.investigate.identity import Identity
    from jumpkit.investigate.items import Item, Limit
    from jumpkit.investigate.origins import Chains
    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import Finding
    from jumpkit.store.lake.read import Lake

_MOST_EDGES = 100
_ENDS = f"""
SELECT coalesce(principal.uid, 'unknown'), min({MARK}), max({MARK}) FROM events WHERE {CALLS} GROUP BY 1
"""  # noqa: S608 - constants


def people(lake: Lake, estate: Estate, findings: Sequence[Finding]) -> dict[str, Any]:
    """Return `items` (a row for each principal, the busiest first), `limits` and `actors` of the provider's table."""
    followed, sessions, issued = chains(lake), workloads(lake, estate), issuances(lake)
    around = touching(edges(lake, sessions))
    by_uid, homes = _by(followed.identities), _by(sessions)
    named, grounds = _findings(findings), Grounds.of(lake, estate)
    keyed = {uid: busiest(each) for uid, each in by_uid.items()}
    places = places_of(lake, [identity.id for each in keyed.values() for identity in each])
    ends = {uid: (unmarked(first), unmarked(last)) for uid, first, last in lake.query(_ENDS)}
    items = []
    for row in principals(lake, followed, estate):
        uid = str(row["uid"])
        item = _item(row, ends.get(uid, ()), homes.get(uid, []))
        item["keys"] = [
            key_told(each, issued.get(each.key or ""), places.get(each.id, []), grounds) for each in keyed[uid]
        ]
        item["more_keys"] = row["more_keys"]
        told = _edges(uid, by_uid[uid], around)
        item["edges"], item["more_edges"] = told[:_MOST_EDGES], max(0, len(told) - _MOST_EDGES)
        item["findings"] = named.get(uid, [])
        items.append(item)
    limits = distinct([*_limits(lake, followed, grounds, estate), *unasked(lake, sessions)])
    return {"items": items, "limits": limits, "actors": actors()}


def _by(rows: Iterable[Any]) -> dict[str, list[Any]]:
    """Return rows by their principal's uid."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.uid, []).append(row)
    return found


def _findings(findings: Sequence[Finding]) -> dict[str, list[str]]:
    """Return the findings by principal, those of the sessions of a role among the role's."""
    found: dict[str, set[str]] = {}
    for finding in findings:
        for uid in (finding.principal.uid, finding.origin.uid, finding.origin.uid.partition("/")[0]):
            found.setdefault(uid, set()).add(finding.finding)
    return {uid: sorted(names) for uid, names in found.items()}


def _item(row: Mapping[str, Any], ends: Sequence[str], sessions: Sequence[Workload]) -> Item:
    """Return a principal's row without its keys and edges."""
    open_ends = [origin for origin in row["origins"] if not origin["resolved"]]
    resolved = not open_ends and not row["more_origins"]
    events = cited(ends, int(row["events"]))
    return {
        **{name: row[name] for name in ("uid", "name", "kind", "account", "class")},
        "class_why": row["why"],
        "guess": row["guess"],
        "state": "resolved" if resolved else "unresolved",
        "why": _why(row, open_ends),
        **{name: row[name] for name in ("origin", "origins", "more_origins", "first", "last")},
        **events,
        "count": row["events"],
        **{name: row[name] for name in ("refused", "failed", "sessions", "more_sessions")},
        **{name: row[name] for name in ("addresses", "more_addresses", "agents", "more_agents", "regions")},
        "places": [place_told(session) for session in _weighty(sessions)[:MOST]],
        "more_places": max(0, len(sessions) - MOST),
    }


def _why(row: Mapping[str, Any], open_ends: Sequence[Mapping[str, Any]]) -> str | None:
    """Return why an origin is open, or what resolved it."""
    if open_ends:
        return str(open_ends[0]["why"])
    told: str | None = row["origin"]["why"]
    return told


def _weighty(sessions: Sequence[Workload]) -> list[Workload]:
    """Return sessions, those used outside first, then the busiest."""
    order = {"outside": 0, "outside_suspected": 1}
    return sorted(
        sessions,
        key=lambda each: (order.get(each.verdict.state, 2), -sum(u.events for u in each.uses), each.session or ""),
    )


def place_told(session: Workload) -> dict[str, Any]:
    """Return where one workload session was used, as items tell it."""
    verdict, home = session.verdict, session.home
    away = verdict.outside
    return {
        "uid": session_uid(session.uid, session.session),
        "session": session.session,
        "home": {"kind": home.kind, "name": home.name, "region": home.region, "why": home.why},
        "keys": list(session.keys[:MOST]),
        "state": verdict.state,
        "why": verdict.why,
        "reasons": [
            {"text": reason.text, "weight": ("light", "suspected", "settles")[reason.weight], **cited(reason.events)}
            for reason in verdict.reasons
        ],
        "outside": [use_told(use) for use in away[:MOST]],
        "outside_calls": sum(use.events for use in away),
        "requests": [request_told(each) for each in session.asked[:MOST]],
        "more_requests": max(0, len(session.asked) - MOST),
    }


def request_told(tied: Tied) -> dict[str, Any]:
    """Return a request that may have brought a credential out, as items tell it."""
    door = tied.door
    told = {name: getattr(door, name) for name in ("source", "client", "target", "method", "url", "code", "denied")}
    return {"event": door.event, "time": at(door.time), **told, "ties": list(tied.ties)}


def use_told(use: Use) -> dict[str, Any]:
    """Return one use as items tell it."""
    return {
        "ip": use.ip,
        "domain": use.domain,
        "endpoint": use.endpoint,
        "region": use.region,
        "agent": use.agent,
        "system": use.system,
        "key": use.key,
        "calls": use.events,
        **cited((use.first_event, use.last_event), use.events),
    }


def _edges(uid: str, identities: Iterable[Identity], around: Mapping[str, list[Edge]]) -> list[dict[str, Any]]:
    """Return the edges of a principal, its sessions and keys."""
    ends = {uid, *(session_uid(uid, identity.session) for identity in identities)}
    ends |= {f"key:{identity.key}" for identity in identities if identity.key is not None}
    found = {(edge.start, edge.end, edge.kind): edge for end in ends for edge in around.get(end, ())}
    return [
        {"from": edge.start, "to": edge.end, "kind": edge.kind, **cited(edge.events)}
        for _, edge in sorted(found.items(), key=lambda item: (item[1].kind == "key of", item[0]))
    ]


def unasked(lake: Lake, sessions: Iterable[Workload]) -> list[Limit]:
    """Return why it is not known which request brought a credential out that was used elsewhere."""
    lost = sorted({each.home.name or each.uid for each in sessions if each.outside and not each.asked})
    if not lost:
        return []
    what = f"how the credential of {lost[0]}{f' and {len(lost) - 1} more' if len(lost) > 1 else ''} left it"
    if not watched(lake):
        return [limit(what, "no log of requests (ALB, WAF, CloudFront) is in the case")]
    near = "none can have reached it in the day before" if doors(lake) else "there is none"
    because = f"requests are logged without their bodies; of those whose address names the metadata service, {near}"
    return [limit(what, because)]


def _limits(lake: Lake, followed: Chains, grounds: Grounds, estate: Estate) -> list[Limit]:
    """Return what the answer cannot say in this case."""
    limits = []
    open_ends: dict[str, int] = {}
    for chain in followed.chains.values():
        if not chain.origin.resolved and chain.origin.why:
            why = "the call that issued the key is not in the logs" if "that issued" in chain.origin.why else None
            open_ends[why or chain.origin.why] = open_ends.get(why or chain.origin.why, 0) + 1
    for why, count in sorted(open_ends.items()):
        limits.append(limit(f"where {count} credential{'s' if count > 1 else ''} came from", why))
    unplaced = grounds.unplaced()
    if unplaced is not None:
        limits.append(limit("which addresses are inside and which outside", unplaced))
    if grounds.one_address is not None:
        said = f"every call of the case has the address {grounds.one_address}: it was masked, or all come by one way"
        limits.append(limit("who shares a place with whom", said))
    if not estate.automation and not estate.people:
        said = "no estate file names people and automation; classes that are a guess say so"
        limits.append(limit("who is a person and who a machine, beyond what records say", said))
    long_term = {identity.key for identity in followed.identities if identity.kind == "user" and identity.key}
    unknown = sorted(key for key in long_term if key not in issuances(lake))
    if unknown:
        because = f"no CreateAccessKey, sign-in or GetSessionToken call that made them is in the logs ({unknown[0]} …)"
        limits.append(limit(f"when and from where {len(unknown)} keys of users were issued", because))
    return distinct(limits)
