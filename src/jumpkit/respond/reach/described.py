"""A network as the EC2 Describe answers tell it, read into nouns; what was not described is None, never empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jumpkit.kit.errors import Unreadable

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Interface:
    """A network interface: its addresses, groups, and what it belongs to."""

    id: str
    instance: str | None
    vpc: str
    subnet: str
    groups: tuple[str, ...]
    private: tuple[str, ...]  # IPv4
    mapped: tuple[tuple[str, str], ...]  # private and public IPv4, which the internet gateway exchanges
    ipv6: tuple[str, ...]
    kind: str  # interface, nat_gateway, vpc_endpoint, …
    about: str  # the description that its owner gave it
    owner: str | None

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return the addresses that it is known by inside."""
        return (*self.private, *self.ipv6)

    @property
    def public(self) -> tuple[str, ...]:
        """Return the IPv4 addresses that the internet knows it by."""
        return tuple(public for _, public in self.mapped)

    def outside(self, address: str) -> str | None:
        """Return the address that the internet knows one of its addresses by, None where it has none."""
        return address if address in self.ipv6 else dict(self.mapped).get(address)


@dataclass(frozen=True, slots=True)
class Network:
    """All that was described, each list under the answer's own name; a list cut short is None or not there."""

    described: Mapping[str, Any]
    interfaces: tuple[Interface, ...] | None

    def rows(self, kind: str) -> tuple[Row, ...] | None:
        """Return a list of what was described, None where that was not read."""
        found = self.described.get(kind)
        return None if found is None else tuple(found)

    def keyed(self, kind: str, key: str) -> Any:
        """Return what was read for one thing in an answer that is asked per thing, None where it was not."""
        return (self.described.get(kind) or {}).get(key)

    def one(self, kind: str, key: str, value: str | None) -> Row | None:
        """Return the row of a list with a value at a key; None where it is not there or the list was not read."""
        return next((row for row in self.rows(kind) or () if row.get(key) == value), None)

    def prefixes(self, prefix_list: str) -> tuple[str, ...] | None:
        """Return the CIDR ranges of a prefix list, None where they were not read."""
        entries = self.keyed("PrefixListEntries", prefix_list)
        if entries is not None:
            return tuple(each["Cidr"] for each in entries)
        row = self.one("PrefixLists", "PrefixListId", prefix_list)
        return None if row is None or row.get("Cidrs") is None else tuple(row["Cidrs"])

    def of(self, name: str) -> tuple[Interface, ...] | None:
        """Return the interfaces that a name means: an interface's, an instance's, or the one at an address."""
        if self.interfaces is None:
            return None
        return tuple(
            each
            for each in self.interfaces
            if name in (each.id, each.instance) or name in each.addresses or name in each.public
        )


def network(described: Mapping[str, Any]) -> Network:
    """Return a network from Describe answers, by the names of their lists (and of `PrefixListEntries`, by list).

    Raises:
        Unreadable: an interface lacks what every interface has.

    """
    rows = described.get("NetworkInterfaces")
    try:
        return Network(described, None if rows is None else tuple(map(_interface, rows)))
    except (KeyError, TypeError, AttributeError) as error:
        raise Unreadable(
            f"a network interface that cannot be understood: {error}", target="NetworkInterfaces"
        ) from error


def _interface(row: Row) -> Interface:
    listed = [*(row.get("PrivateIpAddresses") or ()), row]  # the interface's own address stands on both
    pairs = [(each.get("PrivateIpAddress"), (each.get("Association") or {}).get("PublicIp")) for each in listed]
    return Interface(
        id=row["NetworkInterfaceId"],
        instance=(row.get("Attachment") or {}).get("InstanceId"),
        vpc=row["VpcId"],
        subnet=row["SubnetId"],
        groups=tuple(each["GroupId"] for each in row.get("Groups") or ()),
        private=tuple(dict.fromkeys(private for private, _ in pairs if private)),
        mapped=tuple(dict.fromkeys((private, public) for private, public in pairs if private and public)),
        ipv6=tuple(each["Ipv6Address"] for each in row.get("Ipv6Addresses") or ()),
        kind=str(row.get("InterfaceType", "interface")),
        about=str(row.get("Description", "")),
        owner=row.get("OwnerId"),
    )
