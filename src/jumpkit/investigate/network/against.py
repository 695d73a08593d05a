"""A case's flows against an older one's: peers, ports and volumes that an asset did not have then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.concern import concern
from jumpkit.investigate.moments import DAY_MS, HOUR_MS, moment
from jumpkit.investigate.network.answer import MOST, Joined, nothing, rows
from jumpkit.investigate.network.assets import assets
from jumpkit.investigate.network.flows import converse, facts
from jumpkit.investigate.network.items import COLUMNS, Edge, Item
from jumpkit.investigate.network.limits import limit, no_flows, standing
from jumpkit.investigate.network.ports import port_name
from jumpkit.investigate.network.space import Space
from jumpkit.investigate.network.words import counted, length, size
from jumpkit.investigate.provided import reported
from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    import pyarrow as pa

    from jumpkit.investigate.network.flows import Facts
    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import Picture
    from jumpkit.store.lake.read import Lake

AGE = 30 * DAY_MS  # between the older records' end and the newer ones' begin, before they are no longer usual
_SURE_HOURS, _SURE_ASSET = 24, 100  # hours and records, below which what is usual is hardly known
_TIMES = 3  # above the most that was usual
_FLOOR = 1_000_000  # bytes below which a new peer on a known port is nobody's concern

# What an asset did: asked on a port (outside or inside), served on a port; and how much with any one peer.
_DID = """
SELECT client AS asset, 'asks' AS way, NOT server_in AS outside, port, proto, server AS peer, sent + received AS bytes,
       asked + replied + denied AS records FROM edge WHERE client_in
UNION ALL
SELECT server, 'serves', NOT client_in, port, proto, client, sent + received, asked + replied + denied
FROM edge WHERE server_in
"""
_PORTS = f"""
SELECT asset, way, outside, port, proto, count(DISTINCT peer) AS peers, CAST(max(bytes) AS BIGINT) AS most,
       CAST(sum(records) AS BIGINT) AS records FROM ({_DID}) GROUP BY ALL
"""  # noqa: S608 - a constant
_PEERS = f"SELECT DISTINCT asset, peer FROM ({_DID})"  # noqa: S608 - a constant
_HOURS = """
SELECT asset, count(*) AS hours, CAST(max(bytes) AS BIGINT) AS most, CAST(median(bytes) AS BIGINT) AS middle
FROM hourly GROUP BY asset
"""
# New is: a port that the asset never used so; a peer that it never met, with more bytes than any one peer had on that
# port. An asset that the older case does not know is no deviation of its own, and is counted apart.
_EDGE = ", ".join(f"e.{name}" for name in COLUMNS.split(", "))
_NEW = f"""
WITH did AS ({_DID}), known AS (SELECT DISTINCT asset FROM old_ports)
SELECT d.asset, d.way, d.outside, o.peers IS NULL AS new_port, coalesce(o.peers, 0), coalesce(o.most, 0), {_EDGE}
FROM did d JOIN known k ON k.asset = d.asset
LEFT JOIN old_ports o ON o.asset = d.asset AND o.way = d.way AND o.outside = d.outside
  AND o.port IS NOT DISTINCT FROM d.port AND o.proto IS NOT DISTINCT FROM d.proto
LEFT JOIN old_peers p ON p.asset = d.asset AND p.peer = d.peer
JOIN edge e ON e.client = CASE d.way WHEN 'asks' THEN d.asset ELSE d.peer END
  AND e.server = CASE d.way WHEN 'asks' THEN d.peer ELSE d.asset END
  AND e.port IS NOT DISTINCT FROM d.port AND e.proto IS NOT DISTINCT FROM d.proto
WHERE (o.peers IS NULL AND e.both_ways AND NOT e.knock)
   OR (p.peer IS NULL AND d.bytes >= {_FLOOR} AND d.bytes > {_TIMES} * coalesce(o.most, 0))
ORDER BY d.asset, d.way, d.outside, e.port, e.proto, e.client, e.server
"""  # noqa: S608 - our own columns and numbers
_STRANGERS = """
SELECT count(DISTINCT asset) FROM (SELECT client AS asset FROM edge WHERE client_in UNION SELECT server FROM edge
WHERE server_in) a WHERE asset NOT IN (SELECT asset FROM old_ports)
"""
_LOUD = f"""
SELECT h.asset, h.hour, h.bytes, o.hours, o.most, o.middle FROM hourly h JOIN old_hours o ON o.asset = h.asset
WHERE h.bytes >= {_FLOOR} AND h.bytes > {_TIMES} * o.most ORDER BY h.asset, h.hour
"""  # noqa: S608 - numbers
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Usual:
    """What an older case's assets did, and how much of it there is."""

    facts: Facts
    ports: pa.Table
    peers: pa.Table
    hours: pa.Table


def _usual(older: Lake, estate: Estate) -> _Usual | None:
    known = facts(older)
    if not known.flows:
        return None
    converse(older, Space.of(estate))
    return _Usual(known, older.arrow(_PORTS), older.arrow(_PEERS), older.arrow(_HOURS))


def against(lake: Lake, older: Lake, picture: Picture, estate: Estate) -> Row:
    """Return what differs from the older case, with its age, size and how sure it makes, as `baseline`."""
    known, before = facts(lake), _usual(older, estate)
    if not known.flows or before is None:
        who = lake.case if not known.flows else older.case
        limits = no_flows() if not known.flows else [limit("what is usual", f"{older.case} holds no flow record")]
        told = {"case": older.case, "usable": False, "why": f"{who} holds no flow record"}
        return {"baseline": told, "items": [nothing(lake.case)], "limits": limits}
    space = Space.of(estate)
    converse(lake, space)
    joined = Joined(assets(lake), concern(lake, picture), reported(lake))
    with lake.lent(old_ports=before.ports, old_peers=before.peers, old_hours=before.hours):
        items = [*_new(lake), *_loud(lake)]
        ((strangers,),) = lake.query(_STRANGERS)
    limits = list(_limits(before, known, int(strangers), len(items)))
    told = _told(older.case, before, known)
    return {
        "baseline": told,
        "items": rows(lake, space, joined, items[:MOST]),
        "limits": [*limits, *standing(known, space)],
    }


def _told(case: str, before: _Usual, known: Facts) -> Row:
    age = (known.first or 0) - (before.facts.last or 0)
    hours = ((before.facts.last or 0) - (before.facts.first or 0)) / HOUR_MS
    sure = hours >= _SURE_HOURS and before.facts.flows >= _SURE_ASSET
    usable = age <= AGE
    return {
        "case": case,
        "from": stamp(moment(before.facts.first or 0)),
        "to": stamp(moment(before.facts.last or 0)),
        "records": before.facts.flows,
        "hours": round(hours, 1),
        "age_days": round(age / DAY_MS, 1),
        "confidence": "fair" if sure else "low",
        "usable": usable,
        "why": None if usable else f"it ends {length(age)} before these records begin; {length(AGE)} is the limit",
    }


def _new(lake: Lake) -> list[Item]:
    """Return an item for each asset, way and port that is new, or has new peers with much traffic."""
    grouped: dict[tuple[Any, ...], list[Edge]] = {}
    for asset, way, outside, new_port, peers, most, *values in lake.query(_NEW):
        edge = Edge(*values)
        grouped.setdefault((asset, way, outside, new_port, peers, most, edge.port, edge.proto), []).append(edge)
    return [_item(key, found) for key, found in grouped.items()]


def _item(key: tuple[Any, ...], found: list[Edge]) -> Item:
    asset, way, outside, new_port, peers, most, port, proto = key
    side = "outside" if outside else "inside"
    name = port_name(port, proto)
    met = tuple(dict.fromkeys(edge.server if way == "asks" else edge.client for edge in found))
    total = size(sum(edge.sent + edge.received for edge in found))
    if new_port:
        why = (
            f"{asset} {way} {side} on {name}, which it never did in the older case: {counted(len(met), 'address')}, "
            f"{total}."
        )
    else:
        why = (
            f"{asset} {way} {side} on {name} with {counted(len(met), 'address')} that it never met, {total}; the most "
            f"with any of its {peers} earlier peers there was {size(most)}."
        )
    state = "confirmed" if any(edge.both_ways for edge in found) else "suspected"
    figures = {"new_port": new_port, "way": way, "earlier_peers": peers, "earlier_most_bytes": most}
    told = (asset, way, side, str(port), str(proto), str(new_port))
    return Item("new", state, why, asset, told, tuple(found), met, figures)


def _loud(lake: Lake) -> list[Item]:
    """Return the hours in which an asset sent more outside than it ever did."""
    found = []
    for asset, hour, count, hours, most, middle in lake.query(_LOUD):
        at = stamp(moment(hour * HOUR_MS))
        why = (
            f"{asset} sent {size(count)} outside in the hour of {at}; in {counted(hours, 'hour')} of the older case "
            f"never more than {size(most)} (median {size(middle)})."
        )
        figures = {"hour": at, "bytes": count, "earlier_hours": hours, "earlier_most": most, "earlier_median": middle}
        sent = tuple(_senders(lake, asset, hour))
        peers = tuple(dict.fromkeys(edge.server if edge.client == asset else edge.client for edge in sent))
        told = (asset, "hour", str(hour))
        found.append(
            Item("new", "confirmed", why, asset, told, sent, peers, figures, hour * HOUR_MS, (hour + 1) * HOUR_MS)
        )
    return found


def _senders(lake: Lake, asset: str, hour: int) -> list[Edge]:
    """Return the conversations that carried most outside while an hour went on."""
    statement = f"""
        SELECT {COLUMNS} FROM edge WHERE ((client = ? AND NOT server_in) OR (server = ? AND NOT client_in))
          AND first < ? AND last >= ?
        ORDER BY CASE WHEN client = ? THEN sent ELSE received END DESC, client, server, port
        LIMIT 20"""  # noqa: S608 - our own columns
    params = [asset, asset, (hour + 1) * HOUR_MS, hour * HOUR_MS, asset]
    return [Edge(*values) for values in lake.query(statement, params)]


def _limits(before: _Usual, known: Facts, strangers: int, items: int) -> list[dict[str, str]]:
    """Return what this comparison cannot say."""
    found = []
    age = (known.first or 0) - (before.facts.last or 0)
    if age > AGE:
        found.append(limit("what is usual", f"the older records end {length(age)} before these begin: too old"))
    if age < 0:
        found.append(limit("what is usual", "the two cases overlap in time: what happened in both counts as usual"))
    hours = ((before.facts.last or 0) - (before.facts.first or 0)) / HOUR_MS
    if hours < _SURE_HOURS or before.facts.flows < _SURE_ASSET:
        because = f"the older case has {before.facts.flows:,} records over {hours:.1f} hours: {_SURE_HOURS} are a day"
        found.append(limit("how sure this is", because))
    if strangers:
        found.append(
            limit("assets without a past", f"{counted(strangers, 'address')} inside are not in the older case")
        )
    if items > MOST:
        found.append(limit("deviations", f"{items - MOST:,} more are not listed one by one"))
    return found
