"""Where packets of a subnet go: the longest prefix decides, and what stands at its end."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.respond.reach.groups import listed
from jumpkit.respond.reach.known import NOBODY, Known, exactly, perhaps
from jumpkit.respond.reach.spans import ALL, NONE, Spans, cidr

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.respond.reach.described import Network, Row

LOCAL, INTERNET, NAT, EGRESS_ONLY, PEERING, ENDPOINT, BEYOND, HOLE = (
    "local", "internet gateway", "NAT gateway", "egress-only gateway", "peering", "endpoint", "beyond", "blackhole",
)  # fmt: skip
_TARGETS = {  # key of a route → what stands at its end
    "NatGatewayId": NAT,
    "EgressOnlyInternetGatewayId": EGRESS_ONLY,
    "VpcPeeringConnectionId": PEERING,
    "TransitGatewayId": BEYOND,
    "NetworkInterfaceId": BEYOND,
    "InstanceId": BEYOND,
    "LocalGatewayId": BEYOND,
    "CarrierGatewayId": BEYOND,
    "CoreNetworkArn": BEYOND,
}
_GATEWAYS = {"local": LOCAL, "igw": INTERNET, "vpce": ENDPOINT}
_RANGES = ("DestinationCidrBlock", "DestinationIpv6CidrBlock")


@dataclass(frozen=True, slots=True)
class Route:
    """The destinations that one route takes from a subnet, after all longer prefixes; `maybe`: by lists not read."""

    table: str
    to: str  # as the route says it: 0.0.0.0/0, pl-1
    kind: str
    target: str
    spans: Known

    @property
    def serves(self) -> bool:
        """Return whether it leads to a gateway endpoint, behind which only its service is."""
        return self.kind == ENDPOINT and self.to.startswith("pl-")

    def __str__(self) -> str:
        """Return it as it is told."""
        return f"{self.table}: {self.to} → {self.target}"


@dataclass(frozen=True, slots=True)
class Routes:
    """All routes of a subnet; None: its table was not read."""

    table: str
    routes: tuple[Route, ...] | None

    def to(self, peers: Spans) -> tuple[Route, ...]:
        """Return the routes that some of the peers are reached by, or may be."""
        return tuple(route for route in self.routes or () if route.spans.maybe & peers)


def routes(network: Network, vpc: str, subnet: str) -> Routes:
    """Return the routes of a subnet: of its own table, else of the VPC's main one."""
    tables = network.rows("RouteTables")
    row = None if tables is None else _table(tables, vpc, subnet)
    if row is None:
        return Routes(f"the route table of {subnet}", None)
    return Routes(row["RouteTableId"], tuple(_longest_first(network, row)))


def _table(tables: tuple[Row, ...], vpc: str, subnet: str) -> Row | None:
    def tied(row: Row, key: str, value: object) -> bool:
        return any(each.get(key) == value for each in row.get("Associations") or ())

    own = next((row for row in tables if tied(row, "SubnetId", subnet)), None)
    return own or next((row for row in tables if row.get("VpcId") == vpc and tied(row, "Main", value=True)), None)


def _longest_first(network: Network, row: Row) -> Iterator[Route]:
    """Yield each route with what longer prefixes leave to it."""
    table = row["RouteTableId"]
    pieces = [piece for route in row.get("Routes") or () for piece in _pieces(network, route)]
    unread = [(route, known) for length, route, known in pieces if length < 0]
    # A gateway endpoint's list holds its service's addresses only; any other list may take all from shorter prefixes.
    doubt = next((known.why for route, known in unread if _end(route)[0] != ENDPOINT), ())
    taken = NONE
    for _, route, known in sorted((each for each in pieces if each[0] >= 0), key=lambda each: -each[0]):
        left = known.sure - taken
        taken |= known.sure
        kind, target = _end(route)
        doubtful = bool(doubt) and kind != LOCAL
        yield Route(
            table, _said(route), kind, target, Known(NONE if doubtful else left, left, doubt if doubtful else ())
        )
    for route, known in unread:
        yield Route(table, _said(route), *_end(route), known)


def _pieces(network: Network, route: Row) -> Iterator[tuple[int, Row, Known]]:
    """Yield the prefixes of a route with their lengths; a prefix list that was not read has the length -1."""
    for key in _RANGES:
        if route.get(key):
            yield ipaddress.ip_network(route[key], strict=False).prefixlen, route, exactly(cidr(route[key]))
    prefix_list = route.get("DestinationPrefixListId")
    found = network.prefixes(prefix_list) if prefix_list else ()
    if found is None:
        yield -1, route, listed(network, str(prefix_list))
    for each in found or ():
        yield ipaddress.ip_network(each, strict=False).prefixlen, route, exactly(cidr(each))


def _said(route: Row) -> str:
    keys = (*_RANGES, "DestinationPrefixListId")
    return str(next((route[key] for key in keys if route.get(key)), "?"))


def _end(route: Row) -> tuple[str, str]:
    """Return what stands at a route's end and its name."""
    if route.get("State") == "blackhole":
        return HOLE, "blackhole"
    gateway = route.get("GatewayId")
    if gateway:
        return _GATEWAYS.get(gateway.partition("-")[0], BEYOND), gateway
    found = next(((kind, route[key]) for key, kind in _TARGETS.items() if route.get(key)), None)
    return found or (BEYOND, "a target that is not understood")


def unread_table(found: Routes) -> Known:
    """Return what a table that was not read leads to: unknown."""
    return perhaps(ALL, f"{found.table} was not read") if found.routes is None else NOBODY
