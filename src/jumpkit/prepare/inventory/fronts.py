"""What may listen: interfaces, balancers, databases, and what the provider itself puts on the internet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.prepare.inventory.ways import Opening, network, protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumpkit.prepare.inventory.snapshot import Snapshot, Thing

_EVERYBODY = "0.0.0.0/0"
_HTTPS = (443, 443)
_STANDS_FOR = ("ELB ", "RDSNetworkInterface")  # interfaces of balancers and databases, which speak for themselves


@dataclass(frozen=True, slots=True)
class Front:
    """An asset where it meets the network."""

    thing: Thing
    kind: str
    asset: str
    public: Mapping[int, str | None]  # version of the protocol -> public address or name
    groups: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()
    listens: tuple[Opening, ...] | None = None  # None: whatever its groups let in
    ungrouped: bool = False  # without a group all that it listens to is open
    always: Opening | None = None  # the provider puts it on the internet
    because: str | None = None
    missing: str | None = None  # the member that was not read, without which nothing can be said


def fronts(snap: Snapshot) -> Iterator[Front]:
    """Yield every asset that has to do with the network."""
    for thing in snap.of("interface"):
        if not str(thing.body.get("Description") or "").startswith(_STANDS_FOR):
            yield _interface(thing)
    yield from map(_balancer, snap.of("load_balancer"))
    yield from map(_classic, snap.of("classic_balancer"))
    yield from map(_database, snap.of("database"))
    for thing in snap.of("function"):
        yield from _function(thing)
    for thing in snap.of("eks_cluster"):
        yield from _cluster(thing)
    yield from _apis(snap)


def _interface(thing: Thing) -> Front:
    body = thing.body
    four = [(body.get("Association") or {}).get("PublicIp")]
    four += [(each.get("Association") or {}).get("PublicIp") for each in body.get("PrivateIpAddresses") or ()]
    six = [each.get("Ipv6Address") for each in body.get("Ipv6Addresses") or ()]
    public = {4: next(filter(None, four), None), 6: next(filter(None, six), None)}
    machine = (body.get("Attachment") or {}).get("InstanceId")
    groups = tuple(each["GroupId"] for each in body.get("Groups") or ())
    shown = {version: address for version, address in public.items() if address}
    subnets = (str(body["SubnetId"]),) if body.get("SubnetId") else ()
    return Front(thing, "instance" if machine else "interface", machine or thing.uid, shown, groups, subnets)


def _balancer(thing: Thing) -> Front:
    body = thing.body
    facing = body.get("Scheme") == "internet-facing"
    public = {4: body.get("DNSName")} if facing else {}
    if facing and str(body.get("IpAddressType") or "").startswith("dualstack"):
        public[6] = body.get("DNSName")
    subnets = tuple(str(each["SubnetId"]) for each in body.get("AvailabilityZones") or () if each.get("SubnetId"))
    groups = tuple(body.get("SecurityGroups") or ())
    listens = tuple(
        Opening(_transport(each.get("Protocol")), (int(each["Port"]), int(each["Port"])), network(_EVERYBODY))
        for each in body.get("Listeners") or ()
        if each.get("Port")
    )
    missing = None if "Listeners" in body else "Listeners"
    return Front(thing, "load_balancer", thing.uid, public, groups, subnets, listens, ungrouped=True, missing=missing)


def _classic(thing: Thing) -> Front:
    body = thing.body
    facing = body.get("Scheme") == "internet-facing"
    ports = [int(each["Listener"]["LoadBalancerPort"]) for each in body.get("ListenerDescriptions") or ()]
    listens = tuple(Opening("tcp", (port, port), network(_EVERYBODY)) for port in ports)
    groups, subnets = tuple(body.get("SecurityGroups") or ()), tuple(body.get("Subnets") or ())
    return Front(
        thing, "classic_balancer", thing.uid, {4: body.get("DNSName")} if facing else {}, groups, subnets, listens
    )


def _database(thing: Thing) -> Front:
    body = thing.body
    endpoint = body.get("Endpoint") or {}
    public = {4: endpoint.get("Address")} if body.get("PubliclyAccessible") else {}
    port = int(endpoint.get("Port") or body.get("DbInstancePort") or 0)
    groups = tuple(each["VpcSecurityGroupId"] for each in body.get("VpcSecurityGroups") or ())
    subnets = [each.get("SubnetIdentifier") for each in (body.get("DBSubnetGroup") or {}).get("Subnets") or ()]
    listens = (Opening("tcp", (port, port), network(_EVERYBODY)),) if port else None
    return Front(thing, "database", thing.uid, public, groups, tuple(filter(None, subnets)), listens)


def _function(thing: Thing) -> Iterator[Front]:
    if "Url" not in thing.body:
        yield Front(thing, thing.kind, thing.uid, {}, missing="Url")
    for each in thing.body.get("Url") or ():
        signed = each.get("AuthType") != "NONE"
        because = "callers must sign as a principal of Amazon" if signed else "anybody may call its URL"
        yield _public(thing, each.get("FunctionUrl"), _EVERYBODY, because)


def _cluster(thing: Thing) -> Iterator[Front]:
    if "Cluster" not in thing.body:
        yield Front(thing, thing.kind, thing.uid, {}, missing="Cluster")
    cluster = thing.body.get("Cluster") or {}
    network_ = cluster.get("resourcesVpcConfig") or {}
    if network_.get("endpointPublicAccess"):
        for source in network_.get("publicAccessCidrs") or (_EVERYBODY,):
            yield _public(thing, cluster.get("endpoint"), source, "the control plane's endpoint is public")


def _apis(snap: Snapshot) -> Iterator[Front]:
    for thing in snap.of("rest_api"):
        types = (thing.body.get("endpointConfiguration") or {}).get("types") or ()
        if "PRIVATE" not in types and not thing.body.get("disableExecuteApiEndpoint"):
            yield _public(thing, None, _EVERYBODY, "its endpoint is public; who may call is not judged here")
    for thing in snap.of("http_api"):
        if not thing.body.get("DisableExecuteApiEndpoint"):
            yield _public(
                thing,
                thing.body.get("ApiEndpoint"),
                _EVERYBODY,
                "its endpoint is public; who may call is not judged here",
            )
    for thing in snap.of("distribution"):
        if thing.body.get("Enabled"):
            yield _public(thing, thing.body.get("DomainName"), _EVERYBODY, "it is there to be reached")


def _public(thing: Thing, address: str | None, source: str, because: str) -> Front:
    opening = Opening("tcp", _HTTPS, network(source))
    return Front(thing, thing.kind, thing.uid, {4: address, 6: address}, always=opening, because=because)


def _transport(said: object) -> str:
    name = protocol(said)
    return "udp" if name in ("udp", "quic") else "tcp"
