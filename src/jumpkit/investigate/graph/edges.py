"""Who handed what to whom: calls that issued keys, made users and launched machines, as edges with their events."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumpkit.investigate.graph.issued import issuances, made
from jumpkit.investigate.names import key_uid, session_uid, thing_uid
from jumpkit.investigate.origins import chains

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumpkit.investigate.graph.workloads import Workload
    from jumpkit.investigate.identity import Identity
    from jumpkit.store.lake.read import Lake


@dataclass(slots=True)
class Edge:
    """One thing led to another: `start` and `end` are uids of items, `kind` says how."""

    start: str
    end: str
    kind: str
    events: set[str] = field(default_factory=set)
    count: int = 0


Edges = dict[tuple[str, str, str], Edge]


def edges(lake: Lake, sessions: Iterable[Workload]) -> Edges:
    """Return the edges between the credentials of a case by (from, to, kind)."""
    found: Edges = {}
    followed = chains(lake)
    known = {identity.id: identity for identity in followed.identities}
    issued = issuances(lake)
    for identity in followed.identities:
        own = session_uid(identity.uid, identity.session)
        if identity.key is not None:
            _add(found, key_uid(identity.key), own, "key of", (), identity.events)
        issue = issued.get(identity.key or "")
        if issue is not None and issue.key is not None:
            caller = known.get(issue.caller)
            giver = session_uid(issue.caller[0], issue.caller[1])
            _add(found, giver, key_uid(issue.key), _how(issue.operation, caller, identity), (issue.event,), 1)
    users = {(each.account, each.name): each.uid for each in followed.identities if each.kind == "user"}
    for each in made(lake):
        target = users.get((each.account, each.user)) or thing_uid("user", each.account, each.user or "unknown")
        _add(found, session_uid(each.caller[0], each.caller[1]), target, each.operation, (each.event,), 1)
    for session in sessions:
        if session.home.kind == "instance" and session.session:
            account = session.uid.split(":")[1] if session.uid.count(":") > 1 else None
            instance = thing_uid("instance", account, session.session)
            _add(found, instance, session_uid(session.uid, session.session), "holds the credentials of", (), 1)
    return found


def _how(operation: str, caller: Identity | None, taken: Identity) -> str:
    """Return in a word how a key was handed out."""
    if operation == "CreateAccessKey":
        return "made"
    if caller is not None and caller.kind == "role" and taken.kind == "role":
        return "chained into"
    if caller is not None and caller.kind == "service":
        return "handed out"
    if caller is not None and caller.kind == "federated":
        return "was traded for"
    return "issued"


def _add(found: Edges, start: str, end: str, kind: str, events: Iterable[str], count: int) -> None:
    """Add one edge, or to the one that is there."""
    held = found.setdefault((start, end, kind), Edge(start, end, kind))
    held.events.update(events)
    held.count += count


def touching(found: Edges) -> dict[str, list[Edge]]:
    """Return the edges by each of their ends, sorted."""
    by_end: dict[str, list[Edge]] = {}
    for key in sorted(found):
        edge = found[key]
        for end in {edge.start, edge.end}:
            by_end.setdefault(end, []).append(edge)
    return by_end
