"""Whether one can begin a conversation with another, hop by hop, with the rule that decides at each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.respond.reach.acls import acl, replies
from jumpkit.respond.reach.flows import TCP
from jumpkit.respond.reach.gateways import arriving, internet, leaving
from jumpkit.respond.reach.groups import guard
from jumpkit.respond.reach.known import Known, exactly, perhaps
from jumpkit.respond.reach.routes import HOLE, LOCAL, PEERING, routes
from jumpkit.respond.reach.spans import ALL, INSIDE, NONE, PUBLIC, Spans, cidr
from jumpkit.respond.truth import Truth, every, some, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jumpkit.respond.reach.described import Interface, Network
    from jumpkit.respond.reach.flows import Flow


@dataclass(frozen=True, slots=True)
class Hop:
    """One place where a rule decides: whom it lets through, who is asked about, and the rule in words."""

    at: str
    lets: Known
    peers: Spans
    because: str

    @property
    def passes(self) -> Truth:
        """Return whether some of those who are asked about get through here."""
        return self.lets.some_of(self.peers)


@dataclass(frozen=True, slots=True)
class Way:
    """One way from one to another, and whether it is open: only if every hop is, for the same peers."""

    source: str
    target: str
    hops: tuple[Hop, ...]

    @property
    def open(self) -> Truth:
        """Return whether the way is open."""
        return every(passes for _, passes in self._along())

    @property
    def closed_at(self) -> Hop | None:
        """Return the first hop after which surely nobody is left."""
        return next((hop for hop, passes in self._along() if passes.value is False), None)

    def _along(self) -> Iterator[tuple[Hop, Truth]]:
        """Yield each hop with whether some of its peers came through this one and all before it."""
        left: dict[Spans, Known] = {}
        for hop in self.hops:
            left[hop.peers] = left.get(hop.peers, exactly(hop.peers)) & hop.lets
            yield hop, left[hop.peers].some_of(hop.peers)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether one can reach another by any way, and all ways that were looked at."""

    reaches: Truth
    ways: tuple[Way, ...]

    @property
    def because(self) -> str:
        """Return in words what decides: the way that is open, what is not known, or where each is closed."""
        if self.reaches.value:
            way = next(each for each in self.ways if each.open.value)
            return f"{way.source} → {way.target}: " + "; ".join(f"{hop.at}: {hop.because}" for hop in way.hops)
        if self.reaches.value is None:
            return "not known: " + "; ".join(self.reaches.why)
        closed = {f"{hop.at}: {hop.because}" for way in self.ways if (hop := way.closed_at)}
        return "closed: " + ("; ".join(sorted(closed)) or "there is no way between them")


def can_reach(network: Network, source: str, target: str, asked: Flow) -> Reach:
    """Return whether `source` can begin a flow with `target`: instances, interfaces, or addresses of theirs."""
    here, there = network.of(source), network.of(target)
    if here is None or there is None:
        return Reach(unknown("network interfaces were not read"), ())
    if not here:
        return _not_there(source)
    if not there:
        return _outside(network, here, target, asked)
    ways = [
        way for one in here for other in there if one.id != other.id for way in _between(network, one, other, asked)
    ]
    return _any(ways)


def to_internet(network: Network, source: str, asked: Flow, peers: Spans = PUBLIC) -> Reach:
    """Return whether something can begin a flow with some of the internet (or of `peers`)."""
    here = network.of(source)
    if not here:
        return _not_there(source) if here is not None else Reach(unknown("network interfaces were not read"), ())
    ways = ((one, a, peers & internet(network, one)) for one, a in _all(here))
    return _any(Way(f"{one.id} {a}", "the internet", out(network, one, a, asked, far)) for one, a, far in ways)


def from_internet(network: Network, target: str, asked: Flow, peers: Spans = PUBLIC) -> Reach:
    """Return whether some of the internet (or of `peers`) can begin a flow with something."""
    there = network.of(target)
    if not there:
        return _not_there(target) if there is not None else Reach(unknown("network interfaces were not read"), ())
    ways = ((one, b, peers & internet(network, one)) for one, b in _all(there))
    return _any(Way("the internet", f"{one.id} {b}", into(network, one, b, asked, far)) for one, b, far in ways)


def _all(found: Iterable[Interface]) -> list[tuple[Interface, str]]:
    return [(each, address) for each in found for address in each.addresses]


def _any(ways: Iterable[Way]) -> Reach:
    listed = tuple(ways)
    return Reach(some(way.open for way in listed), listed)


def _not_there(name: str) -> Reach:
    return Reach(unknown(f"{name} is not among the network interfaces that were read"), ())


def _outside(network: Network, here: Iterable[Interface], target: str, asked: Flow) -> Reach:
    """Return whether an address is reached that no interface which was read has."""
    try:
        peers = cidr(target)
    except ValueError:
        return _not_there(target)
    inside = perhaps(INSIDE, f"no network interface that was read has {target}") | exactly(PUBLIC)
    far = Hop("the other side", inside, peers, "nothing of it was described")
    return _any(Way(f"{one.id} {a}", target, (*out(network, one, a, asked, peers), far)) for one, a in _all(here))


def out(network: Network, who: Interface, address: str, asked: Flow, peers: Spans) -> tuple[Hop, ...]:
    """Return the hops from an interface to peers outside."""
    gate = leaving(network, who, address, asked)
    table = routes(network, who.vpc, who.subnet)
    said = ", ".join(map(str, table.to(peers))) or f"{table.table}: no route"
    hops = [*_edge(network, who, asked, peers, inbound=False), Hop(f"route of {who.subnet}", gate, peers, said)]
    return (*hops, *_fence(network, who, asked, peers, inbound=False), *_blocked(network, peers, inbound=False))


def into(network: Network, who: Interface, address: str, asked: Flow, peers: Spans) -> tuple[Hop, ...]:
    """Return the hops from peers outside to an interface."""
    gate = arriving(network, who, address, asked)
    table = routes(network, who.vpc, who.subnet)
    said = ", ".join(map(str, table.to(peers))) or f"{table.table}: no route"
    known_by = who.outside(address) or "no public address"
    hops = [
        Hop(f"gateway to {who.subnet}", gate, peers, f"{known_by}; {said}"),
        *_blocked(network, peers, inbound=True),
    ]
    return (*hops, *_fence(network, who, asked, peers, inbound=True), *_edge(network, who, asked, peers, inbound=True))


def _edge(network: Network, who: Interface, asked: Flow, peers: Spans, *, inbound: bool) -> list[Hop]:
    rules = guard(network, who.groups, inbound=inbound)
    return [Hop(f"groups of {who.id}", rules.lets(asked), peers, rules.deciding(asked, peers))]


def _fence(network: Network, who: Interface, asked: Flow, peers: Spans, *, inbound: bool) -> list[Hop]:
    """Return what the subnet's ACL says to a flow, and to its replies the other way."""
    first, back = acl(network, who.subnet, inbound=inbound), acl(network, who.subnet, inbound=not inbound)
    hops = [Hop(f"ACL of {who.subnet}", first.lets(asked), peers, first.deciding(asked, peers))]
    if asked.proto == TCP:
        lets = replies(back.lets_replies(asked.proto), asked)
        hops.append(Hop(f"ACL of {who.subnet}, replies", lets, peers, back.name))
    return hops


def _blocked(network: Network, peers: Spans, *, inbound: bool) -> list[Hop]:
    """Return what blocking public access to VPCs says, where that was read and blocks."""
    row = network.described.get("VpcBlockPublicAccessOptions")
    mode = str((row or {}).get("InternetGatewayBlockMode", "off"))
    if mode == "off" or (not inbound and mode == "block-ingress"):
        return []
    shut = perhaps(ALL, f"public access to VPCs is blocked ({mode}) and exclusions were not evaluated")
    excluded = network.rows("VpcBlockPublicAccessExclusions")
    return [Hop("public access", exactly(NONE) if excluded == () else shut, peers, f"blocked: {mode}")]


def _between(network: Network, one: Interface, other: Interface, asked: Flow) -> list[Way]:
    """Return the ways between two interfaces: by their own addresses, and by those that the internet knows."""
    ways = []
    for a, b in ((a, b) for a in one.addresses for b in other.addresses if (":" in a) == (":" in b)):
        ways.append(Way(f"{one.id} {a}", f"{other.id} {b}", _inside(network, (one, a), (other, b), asked)))
        public = other.outside(b)
        if public and (":" not in b or one.vpc != other.vpc):
            ways.append(Way(f"{one.id} {a}", f"{other.id} {public}", _around(network, (one, a), (other, b), asked)))
    return ways


End = tuple["Interface", str]


def _inside(network: Network, source: End, target: End, asked: Flow) -> tuple[Hop, ...]:
    """Return the hops between two addresses without the internet."""
    (one, a), (other, b) = source, target
    here, there = cidr(a), cidr(b)
    hops = [*_edge(network, one, asked, there, inbound=False), _toward(network, one, other, b)]
    if one.subnet != other.subnet:
        hops += [*_fence(network, one, asked, there, inbound=False), *_fence(network, other, asked, here, inbound=True)]
    if asked.proto == TCP:
        hops.append(_toward(network, other, one, a))
    return (*hops, *_edge(network, other, asked, here, inbound=True))


def _toward(network: Network, one: Interface, other: Interface, address: str) -> Hop:
    """Return what routes say to packets from one interface to another's address."""
    peers = cidr(address)
    table = routes(network, one.vpc, one.subnet)
    at = f"route of {one.subnet}"
    if table.routes is None:
        return Hop(at, perhaps(peers, f"{table.table} was not read"), peers, f"{table.table}, which was not read")
    lets, said = exactly(NONE), [str(route) for route in table.to(peers)]
    for route in table.to(peers):
        if (route.kind == LOCAL and one.vpc == other.vpc) or (
            route.kind == PEERING and _joins(network, route.target, other.vpc)
        ):
            lets = lets | route.spans
        elif route.kind not in (HOLE, LOCAL, PEERING):
            lets = lets | perhaps(peers, f"what is behind {route.target} was not evaluated")
        elif (
            route.kind == PEERING
            and network.one("VpcPeeringConnections", "VpcPeeringConnectionId", route.target) is None
        ):
            lets = lets | perhaps(peers, f"{route.target} was not read")
    return Hop(at, lets, peers, ", ".join(said) or f"{table.table}: no route to {address}")


def _joins(network: Network, peering: str, vpc: str) -> bool:
    """Return whether a peering is up and leads to a VPC."""
    row = network.one("VpcPeeringConnections", "VpcPeeringConnectionId", peering) or {}
    sides = [(row.get(side) or {}).get("VpcId") for side in ("AccepterVpcInfo", "RequesterVpcInfo")]
    return (row.get("Status") or {}).get("Code") == "active" and vpc in sides


def _around(network: Network, source: End, target: End, asked: Flow) -> tuple[Hop, ...]:
    """Return the hops between two addresses by way of the internet."""
    (one, a), (other, b) = source, target
    there = cidr(str(other.outside(b)))
    seen = _seen_as(network, one, a, there)
    if seen is None:
        hop = Hop("the internet", perhaps(there, f"by which address the internet sees {a}"), there, "not known")
        return (*out(network, one, a, asked, there), hop)
    return (*out(network, one, a, asked, there), *into(network, other, b, asked, seen))


def _seen_as(network: Network, one: Interface, address: str, there: Spans) -> Spans | None:
    """Return the address by which the internet sees what comes from another, None where that is not known."""
    outside = one.outside(address)
    if outside:
        return cidr(outside)
    table = routes(network, one.vpc, one.subnet)
    for route in table.to(there):
        row = network.one("NatGateways", "NatGatewayId", route.target) or {}
        for each in row.get("NatGatewayAddresses") or ():
            if each.get("PublicIp"):
                return cidr(each["PublicIp"])
    return None
