"""One thing that flows show, with the conversations it rests on; and the records behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jumpkit.investigate.moments import moment
from jumpkit.investigate.network.flows import oriented
from jumpkit.investigate.network.ports import port_name
from jumpkit.kit.clock import stamp
from jumpkit.kit.digest import short_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jumpkit.investigate.network.space import Space
    from jumpkit.store.lake.read import Lake

KINDS = ("contact", "egress", "beacon", "lateral", "inbound", "scan", "odd", "new", "crossing", "coverage")
LISTED = 100  # event ids of an item
PEERS = 20
EDGES = 200  # conversations of an item whose records are looked up


@dataclass(frozen=True, slots=True)
class Edge:
    """All records between a client and one port of a server."""

    client: str
    server: str
    port: int | None
    proto: int | None
    client_in: bool
    server_in: bool
    asked: int
    replied: int
    denied: int
    sent: int  # bytes from client to server
    received: int
    packets_sent: int
    packets_received: int
    first: int
    last: int
    both_ways: bool
    knock: bool  # unanswered, or so little that nothing was said

    @property
    def key(self) -> tuple[str, str, int | None, int | None]:
        """Return what tells it from others."""
        return self.client, self.server, self.port, self.proto


COLUMNS = (
    "client, server, port, proto, client_in, server_in, asked, replied, denied, sent, received, packets_sent, "
    "packets_received, first, last, both_ways, knock"
)

# What conversations carry: out of the inside, and into it (where both sides are inside, from the client and to it).
_TURNED = "CASE WHEN {0}server_in AND NOT {0}client_in THEN {0}%s ELSE {0}%s END"
SUMS = ", ".join(
    [f"sum({_TURNED % pair})" for pair in (
        ("received", "sent"), ("sent", "received"), ("packets_received", "packets_sent"),
        ("packets_sent", "packets_received"),
    )] + ["min({0}first)", "max({0}last)"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Carried:
    """What conversations amount to: sent by the side that is inside (by the client where both are), received; ms."""

    sent: int
    received: int
    packets_sent: int
    packets_received: int
    first: int
    last: int


def edges(lake: Lake, where: str, params: Sequence[object] = ()) -> list[Edge]:
    """Return the conversations that meet a condition of ours, sorted by their four parts."""
    order = "ORDER BY client, server, port, proto"
    return [Edge(*row) for row in lake.query(f"SELECT {COLUMNS} FROM edge WHERE {where} {order}", params)]  # noqa: S608 - our own condition


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that flows show; `asset` is the address inside that it is about, None where there is none."""

    kind: str
    state: str  # confirmed, suspected, cleared, unknown
    why: str
    asset: str | None
    told: tuple[str, ...]  # what makes its id, beside the kind
    edges: tuple[Edge, ...]
    peers: tuple[str, ...]
    figures: Mapping[str, Any] = field(default_factory=dict)
    since: int | None = None  # only records from this moment on count
    until: int | None = None
    carried: Carried | None = None  # where `edges` are not all
    in_all: int | None = None  # peers, where `peers` are not all

    @property
    def amount(self) -> Carried | None:
        """Return what its conversations carried, None where it has none."""
        if self.carried is not None or not self.edges:
            return self.carried
        sums = [0, 0, 0, 0]
        for edge in self.edges:
            turned = edge.server_in and not edge.client_in
            pairs = (edge.sent, edge.received), (edge.packets_sent, edge.packets_received)
            for place, (one, other) in enumerate(pairs):
                sums[2 * place] += other if turned else one
                sums[2 * place + 1] += one if turned else other
        first, last = min(edge.first for edge in self.edges), max(edge.last for edge in self.edges)
        return Carried(sums[0], sums[1], sums[2], sums[3], first, last)

    @property
    def addresses(self) -> set[str]:
        """Return every address it speaks of."""
        named = {each for edge in self.edges for each in (edge.client, edge.server)}
        return named | set(self.peers) | ({self.asset} if self.asset else set())


_NONE = {"sent": 0, "received": 0}


def shown(case: str, item: Item, events: tuple[int, Sequence[str]]) -> dict[str, Any]:
    """Return an item as contract.md has it, without what it is joined to."""
    number, listed = events
    ports = sorted({port_name(edge.port, edge.proto) for edge in item.edges})
    amount = item.amount
    told = {
        "uid": short_id("N", case, item.kind, *item.told),
        "kind": item.kind,
        "state": item.state,
        "why": item.why,
        "first": _at(max(amount.first, item.since or amount.first) if amount else item.since),
        "last": _at(min(amount.last, item.until or amount.last) if amount else item.until),
        "bytes": {"sent": amount.sent, "received": amount.received} if amount else _NONE,
        "packets": {"sent": amount.packets_sent, "received": amount.packets_received} if amount else _NONE,
        "ports": ports[:PEERS],
        "more_ports": max(0, len(ports) - PEERS),
        "peers": list(item.peers[:PEERS]),
        "more_peers": max(0, max(item.in_all or 0, len(item.peers)) - len(item.peers[:PEERS])),
        "figures": dict(item.figures),
        "events": list(listed),
        "more": number - len(listed),
    }
    return told | ({"at_least": True} if len(item.edges) >= EDGES else {})


def _at(milliseconds: int | None) -> str | None:
    return None if milliseconds is None else stamp(moment(milliseconds))


_RECORDS = """
SELECT w.item, count(*), min({{'at': f.began, 'uid': f.uid}}, {})
FROM wanted w JOIN ({}) f ON f.client = w.client AND f.server = w.server AND f.port IS NOT DISTINCT FROM w.port
  AND f.proto IS NOT DISTINCT FROM w.proto
WHERE (w.since IS NULL OR f.began >= w.since) AND (w.until IS NULL OR f.began < w.until)
GROUP BY w.item
"""
_WANTED = pa.schema(
    [
        ("item", pa.int32()),
        ("client", pa.string()),
        ("server", pa.string()),
        ("port", pa.int32()),
        ("proto", pa.int32()),
        ("since", pa.int64()),
        ("until", pa.int64()),
    ]
)


def records(lake: Lake, space: Space, items: Sequence[Item]) -> list[tuple[int, list[str]]]:
    """Return for each item how many flow records it rests on, and the ids of the earliest."""
    rows = [
        (place, *edge.key, item.since, item.until) for place, item in enumerate(items) for edge in item.edges[:EDGES]
    ]
    if not rows:
        return [(0, []) for _ in items]
    columns = zip(*rows, strict=True)
    wanted = pa.table([pa.array(values, kind.type) for values, kind in zip(columns, _WANTED, strict=True)], _WANTED)
    with lake.lent(wanted=wanted):
        found = {
            place: (number, [each["uid"] for each in first])
            for place, number, first in lake.query(_RECORDS.format(LISTED, oriented(space)))
        }
    return [found.get(place, (0, [])) for place in range(len(items))]


def heaviest(conversations: Iterable[Edge]) -> list[Edge]:
    """Return conversations by the bytes they carried, the most first."""
    return sorted(conversations, key=lambda edge: (-(edge.sent + edge.received), edge.key[:2], edge.first))
