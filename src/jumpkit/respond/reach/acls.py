"""What network ACLs let through: entries in their order, the first that fits decides, each way by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.respond.reach.flows import EPHEMERAL, TCP, Flow, Ports, ports, steps
from jumpkit.respond.reach.known import Known, exactly, perhaps
from jumpkit.respond.reach.spans import ALL, NONE, Spans, cidr

if TYPE_CHECKING:
    from jumpkit.respond.reach.described import Network, Row

_IMPLIED = 32_767  # number of the entry that denies what no other takes


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an ACL."""

    number: int
    allows: bool
    ports: Ports
    peers: Spans


@dataclass(frozen=True, slots=True)
class Acl:
    """The ACL of a subnet in one direction; None for entries: not read."""

    name: str
    inbound: bool
    entries: tuple[Entry, ...] | None

    def lets(self, asked: Flow) -> Known:
        """Return the peers whose packets of a flow pass."""
        if self.entries is None:
            return perhaps(ALL, f"{self.name} was not read")
        sure, maybe, left_sure, left_maybe = NONE, NONE, ALL, ALL
        for entry in self.entries:  # `left_sure` surely came this far, `left_maybe` may have
            takes = entry.ports.takes(asked)
            if takes is False:
                continue
            if entry.allows:
                sure |= left_sure & entry.peers if takes else NONE
                maybe |= left_maybe & entry.peers
            left_sure -= entry.peers
            left_maybe -= entry.peers if takes else NONE
        return Known(sure, maybe, () if sure == maybe else (f"{self.name} is about some ICMP types only",))

    def lets_replies(self, proto: int) -> Known:
        """Return the peers to or from whose ports of clients packets pass: sure if for all ports, maybe if for some."""
        if self.entries is None:
            return self.lets(Flow(proto))
        ranges = steps(proto, (entry.ports for entry in self.entries), *EPHEMERAL)
        found = [self.lets(Flow(proto, low)) for low, _ in ranges]
        sure, maybe = ALL, NONE
        for each in found:
            sure, maybe = sure & each.sure, maybe | each.maybe
        why = () if sure == maybe else (f"{self.name} lets replies through for some ports of clients only",)
        return Known(sure, maybe, why)

    def deciding(self, asked: Flow, peers: Spans) -> str:
        """Return in words which entries decide about a flow with the peers."""
        if self.entries is None:
            return f"{self.name}, which was not read"
        left, found = peers, []
        for entry in self.entries:
            if left & entry.peers and entry.ports.takes(asked) is not False:
                found.append(f"entry {entry.number} {'allows' if entry.allows else 'denies'}")
                left -= entry.peers if entry.ports.takes(asked) else NONE
        return f"{self.name}: {', '.join(found) or 'no entry, which denies'}"


def acl(network: Network, subnet: str, *, inbound: bool) -> Acl:
    """Return the ACL of a subnet in one direction, unread where it is not among those that were described."""
    for row in network.rows("NetworkAcls") or ():
        if any(each.get("SubnetId") == subnet for each in row.get("Associations") or ()):
            entries = [each for each in row.get("Entries") or () if each.get("Egress") is not inbound]
            ordered = sorted(map(_entry, entries), key=lambda each: each.number)
            return Acl(row["NetworkAclId"], inbound, tuple(ordered))
    return Acl(f"the network ACL of {subnet}", inbound, None)


def _entry(row: Row) -> Entry:
    span, icmp = row.get("PortRange") or {}, row.get("IcmpTypeCode") or {}
    low = span.get("From", icmp.get("Type"))
    return Entry(
        number=int(row.get("RuleNumber", _IMPLIED)),
        allows=row["RuleAction"] == "allow",
        ports=ports(row["Protocol"], low, span.get("To")),
        peers=cidr(row.get("CidrBlock") or row["Ipv6CidrBlock"]),
    )


def replies(known: Known, asked: Flow) -> Known:
    """Return what a return path counts for: nothing but TCP needs one to begin."""
    return known if asked.proto == TCP else exactly(ALL)
