"""Which ports of which assets the internet can reach: group, route, network ACL and public address taken together.

What was not read makes a row unknown, never closed. VPC Block Public Access and firewalls in between are not judged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from jumpkit.prepare.inventory.fronts import Front, fronts
from jumpkit.prepare.inventory.ways import Opening, Way, acl, is_all, is_public, network, protocol, route

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jumpkit.prepare.inventory.snapshot import Json, Snapshot, Thing

KINDS = (
    "interface", "security_group", "subnet", "route_table", "network_acl", "prefix_list", "load_balancer",
    "classic_balancer", "database", "function", "eks_cluster", "rest_api", "http_api", "distribution",
)  # fmt: skip
State = Literal["exposed", "limited", "closed", "unknown"]


@dataclass(frozen=True, slots=True)
class Port:
    """Ports of an asset for one source, and whether they can be reached from there."""

    account: str
    region: str | None
    kind: str
    asset: str
    interface: str | None
    address: str | None
    protocol: str
    from_port: int | None
    to_port: int | None
    source: str | None
    via: str | None  # the group that lets it in
    state: State
    because: str | None


def ports(snap: Snapshot) -> list[Port]:
    """Return every open port by account, region, asset and number."""
    found = [port for front in fronts(snap) for port in _ports(snap, front)]
    return sorted(set(found), key=_order)


def reached(found: Iterable[Port]) -> list[Port]:
    """Return what the internet, or some of it, reaches, and what nobody can tell of."""
    return [port for port in found if port.state != "closed"]


def _order(port: Port) -> tuple[object, ...]:
    numbers = port.from_port if port.from_port is not None else -1, port.to_port if port.to_port is not None else -1
    names = (port.account, port.region, port.kind, port.asset, port.interface, port.address, port.protocol)
    return (*(each or "" for each in names), *numbers, port.source or "", port.via or "")


def _ports(snap: Snapshot, front: Front) -> Iterator[Port]:
    if front.missing is not None:
        yield _port(front, None, None, "unknown", f"its {front.missing} could not be read")
        return
    if front.always is not None:
        yield _port(front, front.always, None, "exposed" if is_all(front.always.source) else "limited", front.because)
        return
    if not front.groups and front.ungrouped:
        for opening in front.listens or ():
            yield _judged(snap, front, opening, None)
    for uid in front.groups:
        yield from _grouped(snap, front, uid)


def _grouped(snap: Snapshot, front: Front, uid: str) -> Iterator[Port]:
    """Yield what one of its groups opens."""
    group = snap.beside(front.thing, "security_group", uid)
    if group is None:
        because = snap.unread(front.thing, "security_group") or f"{uid} is not in the inventory"
        yield _port(front, None, uid, "unknown", because)
        return
    for let_in, why in _openings(snap, group):
        if let_in is None:
            yield _port(front, None, uid, "unknown", why)
        else:
            yield from (_judged(snap, front, each, uid) for each in _heard(let_in, front.listens))


def _openings(snap: Snapshot, group: Thing) -> Iterator[tuple[Opening | None, str | None]]:
    """Yield what a group lets in from ranges of addresses, and lists of ranges that are not known."""
    for rule in group.body.get("IpPermissions") or ():
        name = protocol(rule.get("IpProtocol", "-1"))
        span = (int(rule["FromPort"]), int(rule["ToPort"])) if name in ("tcp", "udp") and "FromPort" in rule else None
        ranges = [each["CidrIp"] for each in rule.get("IpRanges") or ()]
        ranges += [each["CidrIpv6"] for each in rule.get("Ipv6Ranges") or ()]
        for each in rule.get("PrefixListIds") or ():
            listed = snap.beside(group, "prefix_list", each["PrefixListId"])
            entries = listed.body.get("Entries") if listed else None
            if entries is None:
                yield None, f"what {each['PrefixListId']} holds is not known"
            ranges += [entry["Cidr"] for entry in entries or ()]
        for text in ranges:
            yield Opening(name, span, network(text)), None


def _heard(opening: Opening, listens: Sequence[Opening] | None) -> Iterator[Opening]:
    """Yield what of an opening somebody listens to; None: whatever it is."""
    if listens is None:
        yield opening
        return
    for each in listens:
        if opening.protocol in ("all", each.protocol) and each.ports is not None:
            low, high = opening.ports or each.ports
            first, last = max(low, each.ports[0]), min(high, each.ports[1])
            if first <= last:
                yield replace(opening, protocol=each.protocol, ports=(first, last))


def _judged(snap: Snapshot, front: Front, opening: Opening, via: str | None) -> Port:
    """Return the port with the first thing that closes it, else the first that is unknown."""
    if not is_public(opening.source):
        return _port(front, opening, via, "closed", "its source is no address of the internet")
    if opening.source.version not in front.public:
        return _port(front, opening, via, "closed", "it has no public address of this kind")
    ways = [_way(snap, front, uid, opening) for uid in front.subnets]
    if not ways:
        return _port(front, opening, via, "unknown", "in which subnet it lies is not known")
    best = next((way for way in ways if way.open), None) or next((way for way in ways if way.open is None), ways[0])
    if best.open is None:
        return _port(front, opening, via, "unknown", best.because)
    if not best.open:
        return _port(front, opening, via, "closed", best.because)
    limited = best.part or not is_all(opening.source)
    return _port(front, opening, via, "limited" if limited else "exposed", None)


def _way(snap: Snapshot, front: Front, uid: str, opening: Opening) -> Way:
    subnet = snap.beside(front.thing, "subnet", uid)
    if subnet is None:
        return Way(None, snap.unread(front.thing, "subnet") or f"{uid} is not in the inventory")
    both = [route(snap, subnet, opening.source), acl(snap, subnet, opening)]
    shut = next((way for way in both if way.open is False), None) or next((w for w in both if w.open is None), None)
    return shut or Way(open=True, part=any(way.part for way in both))


def _port(front: Front, opening: Opening | None, via: str | None, state: State, because: str | None) -> Port:
    thing, span = front.thing, opening.ports if opening else None
    return Port(
        account=thing.account,
        region=thing.region,
        kind=front.kind,
        asset=front.asset,
        interface=thing.uid if thing.kind == "interface" else None,
        address=front.public.get(opening.source.version if opening else 4),
        protocol=opening.protocol if opening else "unknown",
        from_port=span[0] if span else None,
        to_port=span[1] if span else None,
        source=str(opening.source) if opening else None,
        via=via,
        state=state,
        because=because,
    )


def compared(before: Snapshot, after: Snapshot) -> tuple[list[Port], list[Port]]:
    """Return what is reached only after, and only before; where a list lacks, nothing is said."""
    was, now = ({port for port in ports(snap) if port.state in ("exposed", "limited")} for snap in (before, after))
    came = [port for port in now - was if not _lacks(before, port)]
    went = [port for port in was - now if not _lacks(after, port)]
    return sorted(came, key=_order), sorted(went, key=_order)


def _lacks(snap: Snapshot, port: Port) -> bool:
    """Tell whether a snapshot lacks a list that decides about a port."""
    own = "interface" if port.interface else port.kind
    needed = (own, "security_group", "subnet", "route_table", "network_acl") if port.via else (own,)
    here = (None, port.region)
    return any(hole.account == port.account and hole.region in here and hole.kind in needed for hole in snap.holes)


def as_json(port: Port) -> Json:
    """Return a port as commands show it."""
    return {name: getattr(port, name) for name in Port.__slots__}
