"""What a change of the network did to one machine: what it closed, what is still open, what lives on, the limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.respond.reach.doors import Door, Side, doors, side
from jumpkit.respond.reach.exits import Exit, exits
from jumpkit.respond.reach.flows import LAST, TCP, UDP, Flow, Ports
from jumpkit.respond.reach.spans import ALL, ANY4, ANY6, PUBLIC, Spans, union
from jumpkit.respond.truth import YES, Truth, every, opposite, some, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.respond.reach.described import Interface, Network
    from jumpkit.respond.reach.known import Known

LIMITS = (
    "Computed from what was described; no packet was sent or seen.",
    "It says what the network lets through, not whether anybody listens, or is allowed in by what answers.",
    "Host firewalls, service policies, endpoint policies and DNS Firewall rules are not evaluated.",
    "Flows by way of load balancers, NAT gateways and endpoints are tracked of their own and may outlive what is told.",
    "Another account's interfaces in a shared VPC are not among those that an account can describe.",
)
_IDLE = {TCP: "TcpEstablishedTimeout", UDP: "UdpStreamTimeout"}
_WHOLE = ((0, LAST), (-1, -1))  # all ports, all protocols
_DEFAULTS = {TCP: "432000 s by default (350 s on instances with Nitro v6)", UDP: "180 s by default"}


@dataclass(frozen=True, slots=True)
class Lingering:
    """Flows that a change of groups does not end: known connections of a protocol that the ACLs still pass."""

    interface: str
    ports: Ports
    inbound: bool
    peers: Known
    until: str


@dataclass(frozen=True, slots=True)
class Isolation:
    """Before and after, of all interfaces of one machine; doors told as text, sorted."""

    closed: tuple[str, ...]
    opened: tuple[str, ...]
    still: tuple[str, ...]
    lingering: tuple[Lingering, ...]
    exits: tuple[Exit, ...]
    shut: Truth  # nothing new can begin: no door is left and no exit is open but metadata and names
    alone: Truth  # and nothing that was open can go on
    limits: tuple[str, ...] = LIMITS


def compare(before: Network, after: Network, name: str) -> Isolation:
    """Return what changed for a machine or interface between two descriptions of its network."""
    earlier, later = _told(before, name), _told(after, name)
    left = exits(after, name)
    on = tuple(lingering(before, after, name))
    shut = _shut(after, name, left)
    kept = unknown("flows that were open before may go on") if on else YES
    seen = YES if before.of(name) else unknown(f"{name} was not read as it was before")
    return Isolation(
        closed=tuple(sorted(set(earlier) - set(later))),
        opened=tuple(sorted(set(later) - set(earlier))),
        still=tuple(sorted(set(earlier) & set(later))),
        lingering=on,
        exits=left,
        shut=shut,
        alone=every([shut, kept, seen]),
    )


def _told(network: Network, name: str) -> dict[str, Door]:
    found = {}
    for who in network.of(name) or ():
        for inbound in (True, False):
            direction = "in" if inbound else "out"
            found.update({f"{who.id} {direction} {door}": door for door in doors(network, who, inbound=inbound)})
    return found


def _shut(network: Network, name: str, left: tuple[Exit, ...]) -> Truth:
    """Return whether nothing new gets in or out; metadata and names, which groups cannot close, are not counted."""
    here = network.of(name)
    if not here:
        return unknown(f"{name} was not read")
    found = [
        door.peers.some_of(ALL) for who in here for way in (True, False) for door in doors(network, who, inbound=way)
    ]
    found += [each.open for each in left if each.kind not in ("metadata", "name service")]
    return opposite(some(found))


def lingering(before: Network, after: Network, name: str) -> Iterator[Lingering]:
    """Yield the flows that could have begun before, cannot begin now, and live on where they were already open.

    A change of groups ends no tracked connection; an ACL, which keeps no memory, does.
    """
    for who in before.of(name) or ():
        now = next((each for each in after.of(who.id) or ()), None)
        for inbound in (True, False):
            for door in doors(before, who, inbound=inbound):
                if now is not None and door.ports.proto in _IDLE:
                    peers = _tracked(before, who, door, inbound=inbound) & _passing(after, now, door, inbound=inbound)
                    if peers.maybe:
                        yield Lingering(who.id, door.ports, inbound, peers, _until(before, who, door.ports.proto))


def _tracked(network: Network, who: Interface, door: Door, *, inbound: bool) -> Known:
    """Return the peers of a door whose flows are tracked.

    Not those where rules let everyone through on its ports and, the other way, everyone on all: that needs no memory.
    What leaves by translation is always tracked.
    """
    asked = Flow(door.ports.proto, door.ports.low)
    there = _everyone(side(network, who, inbound=inbound), asked, whole=False)
    free = there & _everyone(side(network, who, inbound=not inbound), asked, whole=True)
    return door.peers.without(free if inbound or who.public else free - (ANY4 & PUBLIC))


def _everyone(one: Side, asked: Flow, *, whole: bool) -> Spans:
    """Return the versions of IP for which a rule lets everyone through on a port, or on all ports."""
    rules = [rule for rule in one.guard.rules if rule.ports.takes(asked)]
    if whole:
        rules = [rule for rule in rules if (rule.ports.low, rule.ports.high) in _WHOLE]
    return union(each for each in (ANY4, ANY6) if any(each <= rule.peers.sure for rule in rules))


def _passing(network: Network, who: Interface, door: Door, *, inbound: bool) -> Known:
    """Return the peers of a door whom groups keep from beginning anew, and ACLs let go on."""
    asked = Flow(door.ports.proto, door.ports.low)
    now = side(network, who, inbound=inbound)
    fenced = now.subnet | (now.first.lets(asked) & now.back.lets_replies(asked.proto))
    return fenced & now.ends(network, who, asked) & door.peers.without(now.lets(network, who, asked).sure)


def _until(network: Network, who: Interface, proto: int) -> str:
    row = network.one("NetworkInterfaces", "NetworkInterfaceId", who.id) or {}
    set_ = (row.get("ConnectionTrackingConfiguration") or {}).get(_IDLE[proto])
    return f"idle for {set_} s" if set_ else f"idle for {_DEFAULTS[proto]}"
