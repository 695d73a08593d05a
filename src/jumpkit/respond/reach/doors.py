"""What an interface's own side lets in or out, port by port: with whom, as far as groups, ACLs and routes decide."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.respond.reach.acls import Acl, acl, replies
from jumpkit.respond.reach.flows import ICMP, ICMPV6, LAST, TCP, UDP, WITH_PORTS, Flow, Ports, steps
from jumpkit.respond.reach.gateways import arriving, internet, leaving
from jumpkit.respond.reach.groups import Guard, guard
from jumpkit.respond.reach.known import Known, exactly, joined, perhaps
from jumpkit.respond.reach.spans import ALL, ANY4, ANY6, Spans, cidr

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumpkit.respond.reach.described import Interface, Network
    from jumpkit.respond.truth import Truth

OTHER = 255  # stands for every protocol that no rule names
_VERSIONS = {ICMP: ANY4, ICMPV6: ANY6}
_ALWAYS = (TCP, UDP, ICMP, ICMPV6, OTHER)


@dataclass(frozen=True, slots=True)
class Door:
    """Ports of a protocol and with whom a flow on them can begin; `rules`: which rules of groups say so."""

    ports: Ports
    peers: Known
    rules: tuple[str, ...]
    public: Truth  # whether some of the internet is among the peers

    def __str__(self) -> str:
        """Return it as it is told."""
        what = "other protocols" if self.ports.proto == OTHER else str(self.ports)
        perhaps_too = self.peers.maybe - self.peers.sure
        told = [self.peers.sure.text()] if self.peers.sure else []
        told += [f"perhaps {perhaps_too.text()}"] if perhaps_too else []
        return f"{what}: {'; '.join(told)}"


@dataclass(frozen=True, slots=True)
class Side:
    """What decides on one side of an interface in one direction."""

    guard: Guard
    first: Acl
    back: Acl
    subnet: Known  # whom no ACL is asked about
    inbound: bool

    def rules(self) -> list[Ports]:
        """Return the ports of everything that decides."""
        entries = [entry.ports for each in (self.first, self.back) for entry in each.entries or ()]
        return [rule.ports for rule in self.guard.rules] + entries

    def lets(self, network: Network, who: Interface, asked: Flow) -> Known:
        """Return with whom a flow can begin, as far as this side goes."""
        fenced = self.first.lets(asked) & replies(self.back.lets_replies(asked.proto), asked)
        return self.guard.lets(asked) & (self.subnet | fenced) & self.ends(network, who, asked)

    def ends(self, network: Network, who: Interface, asked: Flow) -> Known:
        """Return with whom routes and gateways join the interface."""
        gate = arriving if self.inbound else leaving
        found = joined(gate(network, who, address, asked) for address in who.addresses)
        return found & exactly(_VERSIONS.get(asked.proto, ALL))


def side(network: Network, who: Interface, *, inbound: bool) -> Side:
    """Return what decides about flows into or out of an interface on its own side."""
    row = network.one("Subnets", "SubnetId", who.subnet)
    if row is None:
        near = perhaps(ALL, f"the addresses of {who.subnet} were not read")
    else:
        six = [each["Ipv6CidrBlock"] for each in row.get("Ipv6CidrBlockAssociationSet") or ()]
        near = joined(exactly(cidr(each)) for each in (row["CidrBlock"], *six))
    return Side(
        guard=guard(network, who.groups, inbound=inbound),
        first=acl(network, who.subnet, inbound=inbound),
        back=acl(network, who.subnet, inbound=not inbound),
        subnet=near,
        inbound=inbound,
    )


def doors(network: Network, who: Interface, *, inbound: bool) -> tuple[Door, ...]:
    """Return all doors of an interface in one direction, neighboring ports with the same peers as one."""
    deciding = side(network, who, inbound=inbound)
    about = deciding.rules()
    protos = sorted({*_ALWAYS, *(rule.proto for rule in about if rule.proto >= 0)})
    return tuple(door for proto in protos for door in _of(network, who, deciding, proto, about))


def _of(network: Network, who: Interface, deciding: Side, proto: int, about: Iterable[Ports]) -> list[Door]:
    """Return the doors of one protocol."""
    if proto not in WITH_PORTS:
        asked = Flow(proto)
        found = [(Ports(proto, -1, -1), deciding.lets(network, who, asked), _named(deciding.guard, asked, ALL))]
    else:
        found = []
        for low, high in steps(proto, about, 0, LAST):
            asked = Flow(proto, low)
            peers = deciding.lets(network, who, asked)
            rules = _named(deciding.guard, asked, peers.maybe)
            last = found[-1] if found else None
            if last and (last[1], last[2]) == (peers, rules):
                found[-1] = (Ports(proto, last[0].low, high), peers, rules)
            else:
                found.append((Ports(proto, low, high), peers, rules))
    far = internet(network, who)
    return [Door(ports, peers, rules, peers.some_of(far)) for ports, peers, rules in found if peers.maybe]


def _named(rules: Guard, asked: Flow, peers: Spans) -> tuple[str, ...]:
    found = [rule.name for rule in rules.rules if rule.lets(asked).maybe & peers]
    return (*found, *rules.unread)
