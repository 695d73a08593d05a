"""Whether a way leads from the internet to a subnet: routes to a gateway, and what network ACLs let in; not groups."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jumpkit.prepare.inventory.snapshot import Snapshot, Thing

Network = IPv4Network | IPv6Network
LAST = 65535
_INNER = (
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8"),
    *("fc00::/7", "fe80::/10", "::1/128"),
)
_NUMBERS = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "-1": "all"}


@dataclass(frozen=True, slots=True)
class Opening:
    """Ports of one protocol for one source; `ports` is None where the protocol has none."""

    protocol: str  # tcp, udp, icmp, icmpv6, all, or a number
    ports: tuple[int, int] | None
    source: Network


@dataclass(frozen=True, slots=True)
class Way:
    """Whether packets from a source arrive; None where nobody can tell, with the reason."""

    open: bool | None
    because: str | None = None
    part: bool = False  # only for a part of the source or of the ports


def protocol(said: object) -> str:
    """Return the name of a protocol that is given by name or number."""
    return _NUMBERS.get(str(said).lower(), str(said).lower())


def network(text: str) -> Network:
    """Return a range of addresses; host bits are cut off."""
    return ip_network(text, strict=False)


def is_all(source: Network) -> bool:
    """Tell whether a range is the whole internet."""
    return source.prefixlen == 0


def is_public(source: Network) -> bool:
    """Tell whether a range holds addresses of the internet."""
    return not any(_within(source, network(each)) for each in _INNER if network(each).version == source.version)


def route(snap: Snapshot, subnet: Thing, source: Network) -> Way:
    """Return whether answers to a source leave a subnet by an internet gateway."""
    table = _table_of(snap, subnet)
    if table is None:
        because = snap.unread(subnet, "route_table") or "the subnet's route table is not in the inventory"
        return Way(None, because)
    name = "DestinationIpv6CidrBlock" if source.version == 6 else "DestinationCidrBlock"  # noqa: PLR2004 - of the protocol
    for each in table.body.get("Routes") or ():
        if str(each.get("GatewayId") or "").startswith("igw-") and each.get("State", "active") == "active":
            there = network(each[name]) if each.get(name) else None
            if there is not None and there.version == source.version and there.overlaps(source):
                return Way(open=True, part=not _within(source, there))
    return Way(open=False, because=f"no route of {table.uid} leads to an internet gateway")


def _table_of(snap: Snapshot, subnet: Thing) -> Thing | None:
    """Return the route table of a subnet: the one it is associated with, else the main one of its VPC."""
    main = None
    for table in snap.near(subnet, "route_table"):
        for each in table.body.get("Associations") or ():
            if each.get("SubnetId") == subnet.uid:
                return table
            if each.get("Main") and table.body.get("VpcId") == subnet.body.get("VpcId"):
                main = table
    return main


def acl(snap: Snapshot, subnet: Thing, opening: Opening) -> Way:
    """Return whether the network ACL of a subnet lets packets in; the first rule that fits decides, port by port."""
    found = [
        each
        for each in snap.near(subnet, "network_acl")
        if any(one.get("SubnetId") == subnet.uid for one in each.body.get("Associations") or ())
    ]
    if not found:
        because = snap.unread(subnet, "network_acl")
        return Way(None, because or "the subnet's network ACL is not in the inventory")
    open_, closed = _decided(list(_entries(found[0].body, opening)), opening)
    if not open_:
        return Way(open=False, because=f"{found[0].uid} lets nothing of it in")
    return Way(open=True, part=closed)


def _entries(body: Mapping[str, Any], opening: Opening) -> Iterator[tuple[bool, tuple[int, int], bool]]:
    """Yield (allows, ports, for all of the source) of the rules that have to do with an opening, in order."""
    rules = [each for each in body.get("Entries") or () if not each.get("Egress")]
    for each in sorted(rules, key=lambda rule: int(rule.get("RuleNumber", LAST))):
        said = protocol(each.get("Protocol", "-1"))
        there = each.get("CidrBlock") or each.get("Ipv6CidrBlock")
        if not there or (said not in ("all", opening.protocol) and opening.protocol != "all"):
            continue
        range_ = network(there)
        if range_.version != opening.source.version or not range_.overlaps(opening.source):
            continue
        ports = each.get("PortRange") or {}
        span = (int(ports.get("From", 0)), int(ports.get("To", LAST))) if said != "all" else (0, LAST)
        yield each.get("RuleAction") == "allow", span, _within(opening.source, range_)


def _decided(rules: Sequence[tuple[bool, tuple[int, int], bool]], opening: Opening) -> tuple[bool, bool]:
    """Return whether some of an opening is let in, and whether some is not."""
    left, some, closed = [opening.ports or (0, LAST)], False, False
    for allows, span, whole in rules:
        rest = []
        for low, high in left:
            first, last = max(low, span[0]), min(high, span[1])
            if first > last:
                rest.append((low, high))
                continue
            some, closed = some or allows, closed or not allows
            if whole:
                rest += [(a, b) for a, b in ((low, first - 1), (last + 1, high)) if a <= b]
            else:
                closed = True
                rest.append((low, high))
        left = rest
    return some, closed or bool(left)


def _within(inner: Network, outer: Network) -> bool:
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]  # one version, as asked before
