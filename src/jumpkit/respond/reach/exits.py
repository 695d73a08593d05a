"""The ways out, and among them those that are easily overlooked: metadata, name service, endpoints, what is beyond."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.respond.reach.acls import acl, replies
from jumpkit.respond.reach.flows import TCP, Flow
from jumpkit.respond.reach.gateways import leaving
from jumpkit.respond.reach.groups import guard
from jumpkit.respond.reach.paths import can_reach, to_internet
from jumpkit.respond.reach.routes import BEYOND, ENDPOINT, PEERING, routes
from jumpkit.respond.truth import NO, YES, Truth, some, truth, unknown

if TYPE_CHECKING:
    from jumpkit.respond.reach.described import Interface, Network, Row
    from jumpkit.respond.reach.known import Known

_HTTPS = Flow(TCP, 443)
_MANAGED = ("ssm", "ssmmessages", "ec2messages")


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out: what it is, whether it is open, and why."""

    kind: str  # internet, endpoint, gateway endpoint, metadata, name service, peering, beyond
    to: str
    open: Truth
    because: str


def exits(network: Network, name: str) -> tuple[Exit, ...]:
    """Return the ways out of an instance or interface that lead to services and networks, open or not known to be."""
    found = [exit_ for who in network.of(name) or () for exit_ in _of(network, who)]
    if not network.of(name):
        why = "network interfaces were not read" if network.interfaces is None else f"{name} is not among those read"
        return (Exit("internet", "everything", unknown(why), why),)
    told = {(each.kind, each.to): each for each in sorted(found, key=_openness)}
    return tuple(told[key] for key in sorted(told) if told[key].open.value is not False)


def _openness(one: Exit) -> int:
    return 2 if one.open.value else 1 if one.open.value is None else 0


def _of(network: Network, who: Interface) -> list[Exit]:
    net = to_internet(network, who.id, _HTTPS)
    return [
        Exit("internet", "https", net.reaches, net.because),
        _metadata(network, who),
        _names(network, who),
        *_endpoints(network, who),
        *_gateway_endpoints(network, who),
        *_others(network, who),
    ]


def _metadata(network: Network, who: Interface) -> Exit:
    """Return whether the instance's metadata answers: neither groups nor ACLs are asked."""
    row = next((each for each in _instances(network) if each.get("InstanceId") == who.instance), None)
    options = (row or {}).get("MetadataOptions")
    if who.instance is None:
        return Exit("metadata", "169.254.169.254", NO, f"{who.id} belongs to no instance")
    if options is None:
        return Exit("metadata", "169.254.169.254", unknown("metadata options were not read"), "not read")
    state = str(options.get("HttpEndpoint"))
    return Exit("metadata", "169.254.169.254", truth(state != "disabled"), f"{state}; groups and ACLs do not filter it")


def _instances(network: Network) -> list[Row]:
    """Return the instances of DescribeInstances, by reservations or already in one list."""
    listed = list(network.rows("Instances") or ())
    return listed + [each for row in network.rows("Reservations") or () for each in row.get("Instances") or ()]


def _names(network: Network, who: Interface) -> Exit:
    """Return whether the VPC's name service answers: data can leave in the names that are asked for."""
    on = network.keyed("EnableDnsSupport", who.vpc)
    why = "groups and ACLs do not filter it; DNS Firewall was not evaluated"
    found = unknown(f"whether {who.vpc} has its name service on was not read") if on is None else truth(bool(on))
    if found.value:
        found = unknown("whether a DNS Firewall filters it") if network.rows("FirewallRuleGroupAssociations") else YES
    return Exit("name service", "169.254.169.253 and the VPC's address + 2", found, why)


def _endpoints(network: Network, who: Interface) -> list[Exit]:
    """Return the interface endpoints that it reaches; through those of SSM it is still commanded."""
    listed = network.rows("VpcEndpoints")
    if listed is None:
        return [Exit("endpoint", "all services", unknown("VPC endpoints were not read"), "not read")]
    found = []
    for row in listed:
        if row.get("VpcId") == who.vpc and row.get("VpcEndpointType", "Gateway") != "Gateway":
            reaches = [can_reach(network, who.id, each, _HTTPS) for each in row.get("NetworkInterfaceIds") or ()]
            service = str(row.get("ServiceName", "?"))
            manages = " (commands of SSM come this way)" if service.rpartition(".")[2] in _MANAGED else ""
            said = next((each.because for each in reaches if each.reaches.value is not False), "closed")
            open_ = some(each.reaches for each in reaches)
            found.append(Exit("endpoint", service, open_, f"{row.get('VpcEndpointId')}{manages}: {said}"))
    return found


def _gateway_endpoints(network: Network, who: Interface) -> list[Exit]:
    """Return the gateway endpoints (S3, DynamoDB) that the subnet's routes lead to and groups let it use."""
    table = routes(network, who.vpc, who.subnet)
    rules = guard(network, who.groups, inbound=False)
    first, back = acl(network, who.subnet, inbound=False), acl(network, who.subnet, inbound=True)
    fenced = first.lets(_HTTPS) & replies(back.lets_replies(TCP), _HTTPS)
    found = []
    for route in table.routes or ():
        if route.serves:
            lets = rules.lets(_HTTPS) & fenced
            open_ = (lets & route.spans).some_of(route.spans.maybe)
            row = network.one("VpcEndpoints", "VpcEndpointId", route.target) or {}
            found.append(Exit("gateway endpoint", str(row.get("ServiceName", route.target)), open_, str(route)))
    return found


def _others(network: Network, who: Interface) -> list[Exit]:
    """Return peerings, transit and private gateways and appliances that routes lead to and groups do not close."""
    table = routes(network, who.vpc, who.subnet)
    if table.routes is None:
        return [Exit("beyond", "everything", unknown(f"{table.table} was not read"), "not read")]
    rules = guard(network, who.groups, inbound=False)
    found = []
    for route in table.routes:
        appliance = route.kind == ENDPOINT and not route.serves
        if route.kind in (PEERING, BEYOND) or appliance:
            gone = any(_leads(network, who, route.spans, address) for address in who.addresses)
            lets = any((rules.lets(Flow(proto, 443)) & route.spans).maybe for proto in (6, 17))
            open_ = unknown(f"what is behind {route.target} was not evaluated") if gone and lets else NO
            found.append(Exit("peering" if route.kind == PEERING else "beyond", route.target, open_, str(route)))
    return found


def _leads(network: Network, who: Interface, spans: Known, address: str) -> bool:
    return bool(leaving(network, who, address, _HTTPS).maybe & spans.maybe)
