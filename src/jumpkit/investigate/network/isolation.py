"""Whether isolation held: what crossed a machine's interfaces after a moment, and where nobody looked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.concern import concern
from jumpkit.investigate.identity import listed
from jumpkit.investigate.moments import moment
from jumpkit.investigate.network.answer import Joined, nothing, rows
from jumpkit.investigate.network.assets import Asset, assets
from jumpkit.investigate.network.coverage import heard
from jumpkit.investigate.network.flows import converse, facts, oriented
from jumpkit.investigate.network.items import COLUMNS, Edge, Item, heaviest
from jumpkit.investigate.network.limits import limit, no_flows, standing
from jumpkit.investigate.network.ports import port_name
from jumpkit.investigate.network.space import Space
from jumpkit.investigate.network.words import counted, length, size
from jumpkit.investigate.provided import reported
from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.investigate.network.coverage import Heard
    from jumpkit.investigate.network.flows import Facts
    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import Picture
    from jumpkit.store.lake.read import Lake

_MOST = 200  # crossings told one by one
_CHANGES = (
    "ModifyInstanceAttribute", "ModifyNetworkInterfaceAttribute", "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupEgress", "ReplaceNetworkAclAssociation", "CreateNetworkAclEntry", "StopInstances",
    "DisassociateIamInstanceProfile", "ReplaceRouteTableAssociation",
)  # fmt: skip
_LAST_CHANGE = f"""
SELECT time, metadata.uid, api.operation FROM events
WHERE api.operation IN ({listed(_CHANGES)}) AND status_code IS NULL AND list_has_any(
  regexp_extract_all(coalesce(api.request.data, ''), '[a-z]+-[0-9a-f]{{8,17}}'), ?)
ORDER BY time DESC, metadata.uid LIMIT 1
"""  # noqa: S608 - constants
# Records that begin after the moment prove a crossing; one that spans it may have ended before.
_CROSSED = """
CREATE OR REPLACE TEMP TABLE crossed AS
SELECT began >= {since} AS after, client, server, port, proto, bool_or(CASE WHEN asks THEN src_in ELSE dst_in END)
       AS client_in, bool_or(CASE WHEN asks THEN dst_in ELSE src_in END) AS server_in,
       count(*) FILTER (asks AND NOT denied) AS asked, count(*) FILTER (NOT asks AND NOT denied) AS replied,
       count(*) FILTER (denied) AS denied, CAST(coalesce(sum(bytes) FILTER (asks AND NOT denied), 0) AS BIGINT) AS sent,
       CAST(coalesce(sum(bytes) FILTER (NOT asks AND NOT denied), 0) AS BIGINT) AS received,
       CAST(coalesce(sum(packets) FILTER (asks AND NOT denied), 0) AS BIGINT) AS packets_sent,
       CAST(coalesce(sum(packets) FILTER (NOT asks AND NOT denied), 0) AS BIGINT) AS packets_received,
       min(began) AS first, max(ended) AS last, asked > 0 AND replied > 0 AS both_ways, replied = 0 AS knock
FROM ({flows}) WHERE ended >= {since} AND (list_contains({nics}, nic) OR (nic IS NULL AND
     (list_contains({names}, src) OR list_contains({names}, dst))))
GROUP BY after, client, server, port, proto
"""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Question:
    """The resource, its interfaces and addresses, and from when on it was to be alone; ms."""

    resource: str
    machines: tuple[Asset, ...]
    since: int
    basis: str

    @property
    def interfaces(self) -> list[str]:
        """Return the interfaces by name."""
        return sorted({each.interface for each in self.machines if each.interface})

    @property
    def addresses(self) -> list[str]:
        """Return the addresses of all of them."""
        return sorted({one for each in self.machines for one in each.addresses | each.public} or {self.resource})


def isolation(lake: Lake, picture: Picture, estate: Estate, resource: str, since: int | None) -> Row:
    """Return what crossed after `since` (ms; else the last change that could have isolated it), `held` and limits.

    `held` is no where an accepted flow crossed, yes where records speak for every interval, else unknown.
    """
    known = facts(lake)
    if not known.flows and not known.silent:
        item = nothing(lake.case)
        told = {"resource": resource, "since": None, "until": None, "held": "unknown", "why": item["why"]}
        return {"isolation": told, "items": [item], "limits": no_flows()}
    space = Space.of(estate)
    converse(lake, space)
    joined = Joined(assets(lake), concern(lake, picture), reported(lake))
    asked = _question(lake, joined, resource, since, known)
    spoken = [heard(lake, nic, asked.since, known.last or 0, known.interval) for nic in asked.interfaces]
    crossed = _crossings(lake, space, asked)
    items = [*crossed, *_silences(asked, spoken)]
    held, why = _verdict(crossed, spoken, asked, known)
    told = {
        "resource": resource,
        "interfaces": asked.interfaces,
        "addresses": asked.addresses,
        "since": stamp(moment(asked.since)),
        "basis": asked.basis,
        "until": stamp(moment(known.last or 0)),
        "held": held,
        "why": why,
    }
    limits = [*_limits(asked, spoken, known), *standing(known, space)]
    listed_ = rows(lake, space, joined, items[:_MOST]) or [nothing(lake.case, why)] * (held == "unknown")
    return {"isolation": told, "items": listed_, "limits": limits}


def _question(lake: Lake, joined: Joined, resource: str, since: int | None, known: Facts) -> _Question:
    machines = tuple(joined.assets.named(resource))
    if since is not None:
        return _Question(resource, machines, since, "as asked")
    ids = sorted({each for m in machines for each in (m.interface, m.instance) if each} | {resource})
    for time, event, operation in lake.query(_LAST_CHANGE, [ids]):
        return _Question(resource, machines, time, f"{operation} {event}, the last change that could have isolated it")
    return _Question(resource, machines, known.first or 0, "the records' beginning: no call that isolates it is known")


def _crossings(lake: Lake, space: Space, asked: _Question) -> list[Item]:
    """Return what crossed: accepted after the moment, accepted across it, and refused."""
    names = {"nics": _texts(asked.interfaces), "names": _texts(asked.addresses)}
    lake.query(_CROSSED.format(since=asked.since, flows=oriented(space), **names))
    found = []
    for after, *values in lake.query(f"SELECT after, {COLUMNS} FROM crossed ORDER BY ALL"):  # noqa: S608 - our own columns
        edge = Edge(*values)
        passed = edge.asked + edge.replied
        state = "cleared" if not passed else "confirmed" if after else "unknown"
        peer = edge.client if edge.server in asked.addresses else edge.server
        mine = edge.server if peer == edge.client else edge.client
        told = (asked.resource, str(asked.since), str(after), *map(str, edge.key))
        found.append(Item("crossing", state, _why(edge, state), mine, told, (edge,), (peer,), {"accepted": passed,
                          "denied": edge.denied}, since=asked.since if after else None))  # fmt: skip
    order = {"confirmed": 0, "unknown": 1, "cleared": 2}
    ranked = {edge.key: place for place, edge in enumerate(heaviest(e for item in found for e in item.edges))}
    return sorted(found, key=lambda item: (order[item.state], ranked[item.edges[0].key]))


def _texts(values: Sequence[str]) -> str:
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]::VARCHAR[]"


def _why(edge: Edge, state: str) -> str:
    pair = f"{edge.client} to {edge.server} on {port_name(edge.port, edge.proto)}"
    if state == "cleared":
        return f"{pair}: tried and denied, {counted(edge.denied, 'record')}."
    ways = "both ways" if edge.both_ways else "one way"
    carried = f"accepted {ways}, {size(edge.sent)} there and {size(edge.received)} back"
    if state == "confirmed":
        return f"{pair}: {carried}, in records that begin after the moment."
    return f"{pair}: {carried}, in records that span the moment: which packets came after it is lost."


def _silences(asked: _Question, spoken: Sequence[Heard]) -> list[Item]:
    """Return an item for each stretch for which nobody can say what crossed."""
    found = []
    for each in spoken:
        for silence in each.silences[:_MOST]:
            span = length(silence.until - silence.since)
            why = f"{each.interface}: {silence.why} for {span}. Silence of the log is not silence of the wire."
            told = (asked.resource, each.interface, str(silence.since))
            asset = next(
                (one for m in asked.machines if m.interface == each.interface for one in sorted(m.addresses)), None
            )
            item = Item("coverage", "unknown", why, asset, told, (), (), {"interface": each.interface}, silence.since,
                        silence.until)  # fmt: skip
            found.append(item)
    return found


def _unheard(spoken: Sequence[Heard], asked: _Question, known: Facts) -> str | None:
    """Return why no record can speak at all, None where some can."""
    if asked.since > (known.last or 0):
        return f"The flow records end at {stamp(moment(known.last or 0))}, before the moment."
    if not asked.machines:
        return "No flow record, call or snapshot of the case says which interface this is."
    return None if spoken else "No interface of it is known, so no record can speak for its silence."


def _verdict(crossed: Sequence[Item], spoken: Sequence[Heard], asked: _Question, known: Facts) -> tuple[str, str]:
    """Return yes, no or unknown, and why."""
    through = [item for item in crossed if item.state == "confirmed"]
    if through:
        return "no", f"Accepted in records that begin after the moment: {counted(len(through), 'conversation')}."
    unheard = _unheard(spoken, asked, known)
    if unheard:
        return "unknown", unheard
    silent = sum(len(each.silences) for each in spoken)
    if silent:
        return (
            "unknown",
            f"No accepted flow is recorded, but nothing says what crossed in {counted(silent, 'stretch')}.",
        )
    doubtful = sum(item.state == "unknown" for item in crossed)
    if doubtful:
        return (
            "unknown",
            f"None that begins after the moment was accepted, but {counted(doubtful, 'conversation')} span it.",
        )
    quiet = sum(each.quiet for each in spoken)
    refused = sum(item.state == "cleared" for item in crossed)
    return "yes", (
        f"Every interval to the end of the records is spoken for ({counted(quiet, 'NODATA record')}, "
        f"{counted(refused, 'refused conversation')}), and none was accepted."
    )


def _limits(asked: _Question, spoken: Sequence[Heard], known: Facts) -> list[dict[str, str]]:
    """Return what this answer cannot say."""
    found = []
    for each in spoken:
        if each.silences:
            total = length(sum(one.until - one.since for one in each.silences))
            found.append(
                limit(
                    f"{each.interface} in its silences",
                    f"no records for {total}, in {counted(len(each.silences), 'stretch')}",
                )
            )
    end = stamp(moment(known.last or 0))
    found.append(limit("after the records' end", f"the last flow record ends at {end}; nothing later is known"))
    found.append(limit("connections that were open", "a security group lets tracked connections go on when it changes: "
                       "records that span the moment are neither held against it nor for it"))  # fmt: skip
    found.append(limit("why it was let through", "no flow record names the rule or route that allowed it"))
    if not asked.machines:
        found.append(limit(asked.resource, "nothing in the case says which interfaces are its own"))
    return found
