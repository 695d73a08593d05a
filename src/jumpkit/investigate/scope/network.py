"""What flow logs add to a scope: machines that the intruder's machines spoke to, or that their addresses reached."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumpkit.investigate.graph.homes import machines
from jumpkit.investigate.items import limit
from jumpkit.investigate.scope.entries import Entry
from jumpkit.investigate.scope.hands import CONFIRMED, SUSPECTED, UNKNOWN, Step

if TYPE_CHECKING:
    from jumpkit.investigate.items import Limit
    from jumpkit.investigate.scope.entries import Found
    from jumpkit.investigate.scope.neighbors import Company
    from jumpkit.store.lake.read import Lake

_BUSY = 20  # machines; a place that more of them speak to is shared infrastructure
_ADMIN = (22, 23, 135, 139, 445, 1433, 1521, 2375, 3306, 3389, 5432, 5985, 5986, 6379, 6443, 9200, 10250, 27017)

_ANY = "SELECT count(*) FROM events WHERE class_uid = 4001"
_SPOKE = f"""
WITH flow AS (
  SELECT src_endpoint.ip AS src, dst_endpoint.ip AS dst, dst_endpoint.port AS port, device.instance_uid AS instance,
         device.interface_uid AS interface, connection_info.direction AS direction, action, time, metadata.uid AS uid,
         coalesce(traffic.packets, 0) AS packets
  FROM events WHERE class_uid = 4001 AND src_endpoint.ip IS NOT NULL AND dst_endpoint.ip IS NOT NULL)
SELECT src, dst, port, count(*), min(time), max(time), min({{'t': time, 'u': uid}}, 20)
FROM flow WHERE action = 'Allowed' AND port IN ({", ".join(map(str, _ADMIN))})
  AND src IN (SELECT unnest(?)) AND {{both}} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""  # noqa: S608 - numbers
_PRIVATE = "regexp_matches(dst, '^(10[.]|192[.]168[.]|172[.](1[6-9]|2[0-9]|3[01])[.]|f[cd])')"
_COMPANY = """
SELECT dst_endpoint.ip, count(DISTINCT src_endpoint.ip) FROM events
WHERE class_uid = 4001 AND action = 'Allowed' AND dst_endpoint.ip IN (SELECT unnest(?)) GROUP BY 1
"""
_ADDRESSES = """
SELECT device.instance_uid, list_distinct(list(CASE WHEN connection_info.direction = 'Inbound' THEN dst_endpoint.ip
       WHEN connection_info.direction = 'Outbound' THEN src_endpoint.ip END)), count(*), min(metadata.uid)
FROM events WHERE class_uid = 4001 AND device.instance_uid IS NOT NULL GROUP BY 1 ORDER BY 1
"""


@dataclass(slots=True)
class Network:
    """What flows say, and what they cannot."""

    items: list[Entry] = field(default_factory=list)
    limits: list[Limit] = field(default_factory=list)


def flows(lake: Lake, found: Found, beside: Company, named: set[str]) -> Network:
    """Return machines that flows join to confirmed machines and addresses, or that this cannot be known."""
    result = Network()
    seized = [
        each for each in found.entries.values() if each.kind == "instance" and each.state in (CONFIRMED, SUSPECTED)
    ]
    ((recorded,),) = lake.query(_ANY)
    if not recorded:
        if seized:
            result.limits.append(limit("where machines of the scope connected to", "no flow logs are in the case"))
        result.items.extend(_unseen(each, "the case has no VPC flow logs") for each in seized)
        return result
    own = {name: {ip for ip in ips if ip} for name, ips, _, _ in lake.query(_ADDRESSES) if name}
    for each in seized:
        ips = own.get(each.name or "", set()) | machines_of(lake, each.name)
        if ips:
            result.items.extend(_reached(lake, each, sorted(ips), own, result.limits))
        else:
            result.items.append(_unseen(each, "no flow record names it, and its private address is not known"))
    result.items.extend(_entered(lake, found, _ways(beside, named), own, result.limits))
    return result


def machines_of(lake: Lake, name: str | None) -> set[str]:
    """Return the addresses that launches and snapshots give to a machine."""
    known = machines(lake).get(name or "")
    return set(known.own) if known is not None else set()


def _unseen(machine: Entry, why: str) -> Entry:
    """Return the question that flow logs would answer."""
    uid = f"{machine.uid}/network"
    told = f"where {machine.name} connected to is not known: {why}; flow logs of its network, if they exist, close it"
    return Entry(uid, "network", machine.name, UNKNOWN, told, machine.path, set(), machine.account, machine.region)


def _named(ip: str, own: dict[str, set[str]], account: str | None) -> tuple[str, str, str]:
    """Return uid, kind and name of the machine with this address, or of the address."""
    names = sorted(name for name, ips in own.items() if ip in ips)
    if len(names) == 1:
        return f"instance:{account or 'unknown'}:{names[0]}", "instance", names[0]
    return f"ip:{ip}", "address", ip


def _reached(lake: Lake, machine: Entry, ips: list[str], own: dict[str, set[str]], limits: list[Limit]) -> list[Entry]:
    """Return the machines that a confirmed machine opened connections for administration or data to."""
    rows = lake.query(_SPOKE.replace("{both}", _PRIVATE), [ips])
    busy = dict(lake.query(_COMPANY, [sorted({dst for _, dst, *_ in rows})]))
    found = []
    for _, dst, port, count, first, last, sample in rows:
        if dst in ips or last < (machine.first or 0):
            continue
        if busy.get(dst, 0) > _BUSY:
            because = f"{busy[dst]} addresses speak to it: shared infrastructure, not followed"
            limits.append(limit(f"what happened at {dst}", because))
            continue
        uid, kind, name = _named(dst, own, machine.account)
        why = f"{machine.name} connected to its port {port}; flows show that it did, not what was done"
        events = {each["u"] for each in sample}
        path = (*machine.path, Step(machine.uid, uid, why, tuple(sorted(events))))
        entry = Entry(uid, kind, name, SUSPECTED, why, path, events, machine.account, machine.region, first, last)
        entry.count = count
        found.append(entry)
    return found


def _ways(beside: Company, named: set[str]) -> dict[str, tuple[Step, ...]]:
    """Return the intruder's addresses that are no shared way out, each with the way to it."""
    shared = {each["what"].rpartition(" ")[2] for each in beside.limits}
    ways: dict[str, tuple[Step, ...]] = dict.fromkeys(named, ())
    for ip, place in beside.places.items():
        if ip not in shared:
            ways[ip] = place.hand.step(f"ip:{ip}", "used from it", tuple(sorted(place.events))[:5])
    return ways


def _entered(
    lake: Lake, found: Found, ways: dict[str, tuple[Step, ...]], own: dict[str, set[str]], limits: list[Limit]
) -> list[Entry]:
    """Return the machines that the intruder's addresses opened connections to."""
    known = {(each.kind, each.name): each.uid for each in found.entries.values()}
    entries = []
    for src, dst, port, count, first, last, sample in lake.query(_SPOKE.replace("{both}", "true"), [sorted(ways)]):
        uid, kind, name = _named(dst, own, None)
        uid = known.get((kind, name), uid)
        why = f"{src}, an address of the intruder's, connected to its port {port}; flows show that, not what was done"
        events = {each["u"] for each in sample}
        path = (*ways[src], Step(f"ip:{src}", uid, why, tuple(sorted(events))))
        entry = Entry(uid, kind, name, SUSPECTED, why, path, events, None, None, first, last)
        entry.count = count
        entries.append(entry)
    if len(entries) > _BUSY:
        limits.append(limit("which of the machines beyond were entered", f"{len(entries)} were connected to"))
    return entries
