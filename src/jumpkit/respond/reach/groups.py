"""What security groups let through: any rule of any group, and nothing else; replies always come back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.respond.reach.flows import Ports, ports
from jumpkit.respond.reach.known import NOBODY, Known, exactly, joined, perhaps
from jumpkit.respond.reach.spans import ALL, NONE, cidr, union

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jumpkit.respond.reach.described import Network, Row
    from jumpkit.respond.reach.flows import Flow
    from jumpkit.respond.reach.spans import Spans


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a group with the peers that it lets through, by the name that it is cited by."""

    name: str
    ports: Ports
    peers: Known

    def lets(self, asked: Flow) -> Known:
        """Return the peers that it lets through for a flow."""
        takes = self.ports.takes(asked)
        if takes is None:
            return perhaps(self.peers.maybe, f"{self.name} is about some ICMP types only")
        return self.peers if takes else NOBODY


@dataclass(frozen=True, slots=True)
class Guard:
    """The groups of an interface in one direction; `unread` names those of which nothing is known."""

    groups: tuple[str, ...]
    inbound: bool
    rules: tuple[Rule, ...]
    unread: tuple[str, ...]

    def lets(self, asked: Flow) -> Known:
        """Return the peers with whom a flow may begin."""
        known = joined(rule.lets(asked) for rule in self.rules)
        return known | joined(perhaps(ALL, f"the rules of {group} were not read") for group in self.unread)

    def deciding(self, asked: Flow, peers: Spans) -> str:
        """Return in words which rules let a flow with some of the peers through, or that none does."""
        found = [rule.name for rule in self.rules if rule.lets(asked).maybe & peers]
        found += [f"{group}, which was not read" for group in self.unread]
        direction = "in" if self.inbound else "out"
        return ", ".join(found) or f"no rule of {', '.join(self.groups) or 'any group'} lets {asked} {direction}"


def guard(network: Network, groups: Iterable[str], *, inbound: bool) -> Guard:
    """Return the rules of groups in one direction."""
    rules: list[Rule] = []
    unread: list[str] = []
    for group in groups:
        found = _rules(network, group, inbound)
        if found is None:
            unread.append(group)
        else:
            rules += found
    return Guard(tuple(groups), inbound, tuple(rules), tuple(unread))


def _rules(network: Network, group: str, inbound: bool) -> list[Rule] | None:  # noqa: FBT001 - a direction
    """Return the rules of a group, None where they were not read."""
    listed = network.rows("SecurityGroupRules")
    if listed is not None:
        own = [row for row in listed if row.get("GroupId") == group and row.get("IsEgress") is not inbound]
        if own or network.one("SecurityGroups", "GroupId", group):
            return [_listed(network, row) for row in own]
    described = network.one("SecurityGroups", "GroupId", group)
    if described is None:
        return None
    permissions = described.get("IpPermissions" if inbound else "IpPermissionsEgress")
    return None if permissions is None else [rule for row in permissions for rule in _permitted(network, group, row)]


def _listed(network: Network, row: Row) -> Rule:
    """Return a rule of DescribeSecurityGroupRules, which has an id of its own."""
    peers = joined(_peers(network, row))
    name = f"{row['SecurityGroupRuleId']} of {row['GroupId']}"
    return Rule(name, ports(row["IpProtocol"], row.get("FromPort"), row.get("ToPort")), peers)


def _peers(network: Network, row: Row) -> Iterator[Known]:
    for key in ("CidrIpv4", "CidrIpv6"):
        if row.get(key):
            yield exactly(cidr(row[key]))
    if row.get("PrefixListId"):
        yield listed(network, row["PrefixListId"])
    reference = row.get("ReferencedGroupInfo")
    if reference:
        yield members(network, reference)


def _permitted(network: Network, group: str, row: Row) -> Iterator[Rule]:
    """Yield the rules of one permission of DescribeSecurityGroups, one a peer."""
    about = ports(row["IpProtocol"], row.get("FromPort"), row.get("ToPort"))
    for key, part in (("IpRanges", "CidrIp"), ("Ipv6Ranges", "CidrIpv6")):
        for each in row.get(key) or ():
            yield Rule(f"{about} {each[part]} of {group}", about, exactly(cidr(each[part])))
    for each in row.get("PrefixListIds") or ():
        yield Rule(f"{about} {each['PrefixListId']} of {group}", about, listed(network, each["PrefixListId"]))
    for each in row.get("UserIdGroupPairs") or ():
        yield Rule(f"{about} {each.get('GroupId')} of {group}", about, members(network, each))


def listed(network: Network, prefix_list: str) -> Known:
    """Return the addresses of a prefix list; unknown where its entries were not read."""
    found = network.prefixes(prefix_list)
    if found is None:
        return perhaps(ALL, f"the entries of {prefix_list} were not read")
    return exactly(union(map(cidr, found)))


def members(network: Network, reference: Any) -> Known:
    """Return the private addresses of the interfaces that are in a referenced group.

    A group that was not described may be another VPC's or another account's: then who is in it is unknown.
    """
    group = str(reference.get("GroupId"))
    if network.interfaces is None or network.one("SecurityGroups", "GroupId", group) is None:
        return perhaps(ALL, f"who is in {group} was not read")
    found = [each for each in network.interfaces if group in each.groups]
    return exactly(union([NONE, *(cidr(address) for each in found for address in each.addresses)]))
