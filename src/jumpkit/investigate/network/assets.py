"""Which machine an address is: by the flows' own interface, by calls that made or changed one, by Config."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.identity import listed
from jumpkit.investigate.network.flows import FLOWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jumpkit.store.lake.read import Lake

_MAKING = (
    "RunInstances", "CreateNetworkInterface", "AttachNetworkInterface", "AssociateAddress", "StartInstances",
    "DescribeInstances", "DescribeNetworkInterfaces",
)  # fmt: skip
_MOST = 20_000  # calls and snapshots that are looked into
_DEEP = 12

_CALLS = f"""
SELECT metadata.uid, api.operation, api.request.data, api.response.data FROM events
WHERE api.operation IN ({listed(_MAKING)}) AND status_code IS NULL ORDER BY time, metadata.uid LIMIT {_MOST}
"""  # noqa: S608 - constants
_SNAPSHOTS = f"""
SELECT metadata.uid, 'Config', resource.data FROM events
WHERE resource.type IN ('AWS::EC2::Instance', 'AWS::EC2::NetworkInterface') AND resource.data IS NOT NULL
ORDER BY time, metadata.uid LIMIT {_MOST}
"""  # noqa: S608 - a number
_IN_FLOWS = f"""
SELECT device.interface_uid, max(device.instance_uid), max(device.subnet_uid), max(device.vpc_uid)
FROM events WHERE class_uid = {FLOWS} AND device.interface_uid IS NOT NULL GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - a number
# The interface's own address is in all of its records, a peer's in some.
_OWN = """
WITH ends AS (
  SELECT nic, client AS address, asked + replied + denied AS records FROM seen WHERE client_in AND nic IS NOT NULL
  UNION ALL
  SELECT nic, server, asked + replied + denied FROM seen WHERE server_in AND nic IS NOT NULL),
summed AS (SELECT nic, address, sum(records) AS records FROM ends GROUP BY ALL)
SELECT nic, address, records FROM summed
QUALIFY row_number() OVER (PARTITION BY nic ORDER BY records DESC, address) <= 2 ORDER BY nic, records DESC, address
"""


@dataclass(slots=True)
class Asset:
    """A machine's network interface, or an address of which no interface is known."""

    interface: str | None = None
    instance: str | None = None
    subnet: str | None = None
    vpc: str | None = None
    addresses: set[str] = field(default_factory=set)
    public: set[str] = field(default_factory=set)
    known_by: set[str] = field(default_factory=set)  # flow records, or operation and event

    def told(self) -> dict[str, Any]:
        """Return the asset as answers have it."""
        return {
            "interface": self.interface,
            "instance": self.instance,
            "subnet": self.subnet,
            "vpc": self.vpc,
            "addresses": sorted(self.addresses),
            "public": sorted(self.public),
            "known_by": sorted(self.known_by)[:5],
        }


@dataclass(frozen=True, slots=True)
class Assets:
    """The interfaces of a case, and who has which address."""

    interfaces: Mapping[str, Asset]
    by_address: Mapping[str, Asset]

    def of(self, address: str | None) -> Asset | None:
        """Return whose address it is; an address that nobody is known to have is its own asset."""
        if address is None:
            return None
        return self.by_address.get(address) or Asset(addresses={address}, known_by={"flow records"})

    def named(self, name: str) -> list[Asset]:
        """Return what an interface, an instance, an ARN of one, a subnet, a VPC or an address means."""
        last = name.rpartition("/")[2]
        return [
            asset
            for _, asset in sorted(self.interfaces.items())
            if last in (asset.interface, asset.instance, asset.subnet, asset.vpc)
            or name in asset.addresses | asset.public
        ]


def assets(lake: Lake) -> Assets:
    """Return all interfaces that flows, calls and snapshots name; `seen` must have been made."""
    found: dict[str, Asset] = {}
    for nic, instance, subnet, vpc in lake.query(_IN_FLOWS):
        found[nic] = Asset(nic, instance, subnet, vpc, known_by={"flow records"})
    for event, operation, *texts in (*lake.query(_CALLS), *lake.query(_SNAPSHOTS)):
        for text in texts:
            for said in _interfaces(_decoded(text), None, _DEEP):
                _add(found, said, f"{operation} {event}")
    _own_addresses(lake, found)
    by_address = {each: asset for _, asset in sorted(found.items()) for each in sorted(asset.addresses | asset.public)}
    return Assets(found, by_address)


def _own_addresses(lake: Lake, found: dict[str, Asset]) -> None:
    """Give each interface of which no call tells an address the one that is in most of its records."""
    best: dict[str, list[tuple[str, int]]] = {}
    for nic, address, records in lake.query(_OWN):
        best.setdefault(nic, []).append((address, records))
    for nic, ranked in best.items():
        asset = found[nic]
        clear = len(ranked) == 1 or ranked[0][1] > ranked[1][1]
        if not asset.addresses and clear:
            asset.addresses.add(ranked[0][0])
    taken = {each for asset in found.values() for each in asset.addresses}
    for nic, ranked in best.items():
        free = [address for address, _ in ranked if address not in taken]
        if not found[nic].addresses and len(free) == 1:
            found[nic].addresses.add(free[0])


def _add(found: dict[str, Asset], said: Mapping[str, Any], by: str) -> None:
    """Enter what one object says of an interface."""
    asset = found.setdefault(said["interface"], Asset(said["interface"]))
    asset.instance = asset.instance or said["instance"]
    asset.addresses |= said["addresses"]
    asset.public |= said["public"]
    asset.known_by.add(by)


def _decoded(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except (ValueError, RecursionError):
        return None  # cut or hostile: nothing can be learned from it


def _interfaces(value: Any, instance: str | None, deep: int) -> Iterator[dict[str, Any]]:
    """Yield what an object says of network interfaces, each with the instance that it lies in or is tied to."""
    if deep == 0:
        return
    if isinstance(value, list):
        for each in value:
            yield from _interfaces(each, instance, deep - 1)
        return
    if not isinstance(value, Mapping):
        return
    mine = _text(value.get("instanceId")) or _text(_below(value, "attachment", "instanceId")) or instance
    nic = _text(value.get("networkInterfaceId"))
    if nic is not None:
        public = (value.get("publicIp"), _below(value, "association", "publicIp"))
        yield {"interface": nic, "instance": mine, "addresses": _private(value), "public": _texts(public)}
    for each in value.values():
        yield from _interfaces(each, mine, deep - 1)


def _private(value: Mapping[str, Any]) -> set[str]:
    """Return the private addresses of an interface's object."""
    more = value.get("privateIpAddressesSet", value.get("privateIpAddresses"))
    items = more.get("item", more.get("items")) if isinstance(more, Mapping) else more
    listed_ = [each.get("privateIpAddress") for each in items or () if isinstance(each, Mapping)]
    return _texts((value.get("privateIpAddress"), *listed_))


def _below(value: Mapping[str, Any], *names: str) -> Any:
    found: Any = value
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(values: Iterable[Any]) -> set[str]:
    return {value for value in values if isinstance(value, str) and value}
