"""What the ends of routes let through to the outside and in from it: gateways, NAT, peering, and what is beyond."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.respond.reach.acls import acl, replies
from jumpkit.respond.reach.flows import TCP
from jumpkit.respond.reach.known import NOBODY, Known, exactly, joined, perhaps
from jumpkit.respond.reach.routes import EGRESS_ONLY, HOLE, INTERNET, LOCAL, NAT, PEERING, Route, routes, unread_table
from jumpkit.respond.reach.spans import ANY4, ANY6, NONE, PUBLIC, Spans, cidr, union

if TYPE_CHECKING:
    from jumpkit.respond.reach.described import Interface, Network, Row
    from jumpkit.respond.reach.flows import Flow


def leaving(network: Network, who: Interface, address: str, asked: Flow) -> Known:
    """Return whom packets from an address of an interface get to, as far as routes and gateways decide."""
    found = routes(network, who.vpc, who.subnet)
    same = ANY6 if ":" in address else ANY4
    known = joined(_out(network, who, address, route, asked) for route in found.routes or ())
    return (known | unread_table(found)) & exactly(same)


def _out(network: Network, who: Interface, address: str, route: Route, asked: Flow) -> Known:
    if route.kind == HOLE:
        return NOBODY
    if route.kind == LOCAL:
        return route.spans
    if route.kind == INTERNET:
        return route.spans if who.outside(address) else NOBODY
    if route.kind == EGRESS_ONLY:
        return route.spans & exactly(ANY6)
    if route.kind == NAT:
        return route.spans & translated(network, route.target, address, asked)
    return _beyond(network, route)


def _beyond(network: Network, route: Route) -> Known:
    """Return what a route leads to that is told elsewhere, or by nobody: unknown, but for a peering that is not up."""
    if route.kind == PEERING:
        row = network.one("VpcPeeringConnections", "VpcPeeringConnectionId", route.target)
        if row is not None and (row.get("Status") or {}).get("Code") != "active":
            return NOBODY
    return perhaps(route.spans.maybe, f"what is behind {route.target} was not evaluated")


def translated(network: Network, gateway: str, address: str, asked: Flow) -> Known:
    """Return whom a NAT gateway gets packets of an address to: by its own subnet's routes and ACL."""
    row = network.one("NatGateways", "NatGatewayId", gateway)
    if row is None:
        return perhaps(ANY4, f"{gateway} was not read")
    if row.get("State") != "available":
        return NOBODY
    if row.get("ConnectivityType", "public") != "public":
        return perhaps(ANY4, f"what is behind the private {gateway} was not evaluated")
    own = routes(network, row["VpcId"], row["SubnetId"])
    known = joined(route.spans for route in own.routes or () if route.kind == INTERNET) | unread_table(own)
    inward, outward = acl(network, row["SubnetId"], inbound=True), acl(network, row["SubnetId"], inbound=False)
    known = known & outward.lets(asked) & replies(inward.lets_replies(asked.proto), asked)
    here = cidr(address)
    passes = (inward.lets(asked) & replies(outward.lets_replies(asked.proto), asked)).some_of(here)
    if passes.known:
        return known & exactly(ANY4 if passes.value else NONE)
    return perhaps(known.maybe & ANY4, passes.why[0])


def arriving(network: Network, who: Interface, address: str, asked: Flow) -> Known:
    """Return whose packets get to an address of an interface and back, as far as routes and gateways decide."""
    found = routes(network, who.vpc, who.subnet)
    same = ANY6 if ":" in address else ANY4
    known = joined(_in(network, who, address, route) for route in found.routes or ())
    known = known | unread_table(found)
    if asked.proto != TCP and who.outside(address) and _has_gateway(network, who.vpc):
        known = known | perhaps(PUBLIC, "a packet may come in where no reply goes out")
    return known & exactly(same)


def internet(network: Network, who: Interface) -> Spans:
    """Return the internet as an interface sees it: without its VPC's own addresses and those of gateway endpoints."""
    own = [each for each in routes(network, who.vpc, who.subnet).routes or () if each.kind == LOCAL or each.serves]
    return PUBLIC - union(each.spans.sure for each in own)


def _in(network: Network, who: Interface, address: str, route: Route) -> Known:
    if route.kind in (HOLE, NAT, EGRESS_ONLY) or route.serves:
        return NOBODY
    if route.kind == LOCAL:
        return route.spans
    if route.kind == INTERNET:
        return _from_internet(network, who, address, route)
    return _beyond(network, route)


def _from_internet(network: Network, who: Interface, address: str, route: Route) -> Known:
    if not who.outside(address):
        return NOBODY
    if any(_tied(row, route.target) for row in network.rows("RouteTables") or ()):
        return perhaps(route.spans.maybe, f"{route.target} has a route table of its own, which was not evaluated")
    return route.spans


def _tied(row: Row, gateway: str) -> bool:
    return any(each.get("GatewayId") == gateway for each in row.get("Associations") or ())


def _has_gateway(network: Network, vpc: str) -> bool:
    """Return whether a VPC has an internet gateway, or may have."""
    listed = network.rows("InternetGateways")
    return listed is None or any(each.get("VpcId") == vpc for row in listed for each in row.get("Attachments") or ())
