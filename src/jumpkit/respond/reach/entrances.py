"""The ways in: neighbors whose groups and routes let them come, and load balancers that hand on what they are sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.respond.reach.doors import OTHER, doors, side
from jumpkit.respond.reach.flows import WITH_PORTS, Flow, Ports, flow, steps
from jumpkit.respond.reach.paths import can_reach, from_internet
from jumpkit.respond.reach.spans import cidr, union
from jumpkit.respond.truth import Truth, every, some, truth, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jumpkit.respond.reach.described import Interface, Network, Row

_TARGETS = ("TargetGroups", "Listeners", "TargetHealth")


@dataclass(frozen=True, slots=True)
class Neighbor:
    """Another interface that can begin a flow with this one (or this with it), on some ports."""

    interface: str
    ports: Ports
    reaches: Truth


@dataclass(frozen=True, slots=True)
class Entrance:
    """A load balancer that hands on to a machine: on which of its ports, to which of the machine's, from whom."""

    balancer: str
    listens: Ports
    hands_to: Ports
    hands_on: Truth  # it can reach the machine, which is among its targets
    public: Truth  # the internet can reach it


def neighbors(network: Network, name: str, *, inbound: bool) -> tuple[Neighbor, ...]:
    """Return the interfaces that can reach a machine, or that it can reach, with the ports; sure or not known."""
    found: dict[tuple[str, Ports], Truth] = {}
    for who in network.of(name) or ():
        for other in network.interfaces or ():
            if other.id != who.id:
                for ports, reaches in _pair(network, who, other, inbound=inbound):
                    key = (other.id, ports)
                    found[key] = some([found[key], reaches]) if key in found else reaches
    ordered = sorted(found, key=lambda each: (each[0], each[1].proto, each[1].low))
    return tuple(Neighbor(other, ports, found[other, ports]) for other, ports in ordered)


def _pair(network: Network, who: Interface, other: Interface, *, inbound: bool) -> Iterator[tuple[Ports, Truth]]:
    """Yield the ports on which two interfaces can begin flows, the far side's rules regarded."""
    known_by = union(cidr(each) for each in (*other.addresses, *other.public))
    source, target = (other.id, who.id) if inbound else (who.id, other.id)
    far = side(network, other, inbound=not inbound).rules()
    for door in doors(network, who, inbound=inbound):
        if door.peers.maybe & known_by:
            for ports in _split(door.ports, far):
                reaches = can_reach(network, source, target, _asked(ports)).reaches
                if reaches.value is not False:
                    yield ports, reaches


def _split(ports: Ports, far: Iterable[Ports]) -> list[Ports]:
    if ports.proto not in WITH_PORTS:
        return [ports]
    return [Ports(ports.proto, low, high) for low, high in steps(ports.proto, far, ports.low, ports.high)]


def _asked(ports: Ports) -> Flow:
    return Flow(ports.proto if ports.proto >= 0 else OTHER, ports.low if ports.proto in WITH_PORTS else None)


def balancers(network: Network, name: str) -> tuple[Entrance, ...] | None:
    """Return the load balancers that hand on to a machine; None where they, or their targets, were not read."""
    listed = network.rows("LoadBalancers")
    if listed is None or any(network.described.get(kind) is None for kind in _TARGETS):
        return None
    found = [each for row in listed for each in _hands(network, row, name)]
    return tuple(sorted(found, key=lambda each: (each.balancer, each.listens.low, each.hands_to.low)))


def _hands(network: Network, balancer: Row, name: str) -> Iterator[Entrance]:
    arn = balancer["LoadBalancerArn"]
    for group in network.rows("TargetGroups") or ():
        if arn in (group.get("LoadBalancerArns") or ()):
            for port in _target_ports(network, group, name):
                for listener in network.rows("Listeners") or ():
                    if listener.get("LoadBalancerArn") == arn:
                        yield _entrance(network, balancer, listener, port, name)


def _target_ports(network: Network, group: Row, name: str) -> list[int]:
    """Return the ports of a machine that a target group sends to; an empty list where it is not among the targets."""
    ids = {name} | {each for who in network.of(name) or () for each in (who.instance, *who.addresses) if each}
    listed = network.keyed("TargetHealth", group["TargetGroupArn"]) or ()
    targets = [each["Target"] for each in listed]
    return sorted({int(each.get("Port") or group["Port"]) for each in targets if each.get("Id") in ids})


def _entrance(network: Network, balancer: Row, listener: Row, port: int, name: str) -> Entrance:
    proto = "udp" if listener.get("Protocol") == "UDP" else "tcp"
    asked = flow(proto, int(listener["Port"]))
    inside = flow(proto, port)
    own = _interfaces(network, balancer["LoadBalancerArn"])
    hands_on = some(can_reach(network, each.id, name, inside).reaches for each in own)
    internal = balancer.get("Scheme") == "internal"
    public = some(from_internet(network, each.id, asked).reaches for each in own)
    return Entrance(
        balancer=str(balancer.get("LoadBalancerName", balancer["LoadBalancerArn"])),
        listens=Ports(asked.proto, int(listener["Port"]), int(listener["Port"])),
        hands_to=Ports(inside.proto, port, port),
        hands_on=hands_on if own else unknown("its network interfaces were not read"),
        public=every([truth(not internal), public if own else unknown("its network interfaces were not read")]),
    )


def _interfaces(network: Network, arn: str) -> list[Interface]:
    """Return a balancer's own interfaces, which carry the end of its ARN in their description."""
    mark = f"ELB {arn.partition('loadbalancer/')[2]}"
    return [each for each in network.interfaces or () if each.about == mark]
