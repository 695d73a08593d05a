"""Who reaches whom in an estate as a sync found it, and what changed between two syncs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.app import inventorybook as book
from jumpkit.app.inventorynets import limits, taken
from jumpkit.kit.errors import BadUsage, NotFound
from jumpkit.respond.reach.described import network
from jumpkit.respond.reach.doors import doors
from jumpkit.respond.reach.entrances import balancers, neighbors
from jumpkit.respond.reach.exits import exits
from jumpkit.respond.reach.flows import flow
from jumpkit.respond.reach.isolation import LIMITS, compare
from jumpkit.respond.reach.paths import can_reach, from_internet, to_internet

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jumpkit.app.workspace import Desk
    from jumpkit.model.action import Json
    from jumpkit.prepare.inventory.snapshot import Snapshot, Thing
    from jumpkit.respond.reach.described import Network
    from jumpkit.respond.reach.exits import Exit
    from jumpkit.respond.reach.paths import Reach
    from jumpkit.respond.truth import Truth

_LISTS = {
    "vpc": "Vpcs", "subnet": "Subnets", "interface": "NetworkInterfaces", "security_group": "SecurityGroups",
    "network_acl": "NetworkAcls", "route_table": "RouteTables", "internet_gateway": "InternetGateways",
    "nat_gateway": "NatGateways", "peering": "VpcPeeringConnections", "vpc_endpoint": "VpcEndpoints",
    "instance": "Instances", "load_balancer": "LoadBalancers", "target_group": "TargetGroups",
    "prefix_list": "ManagedPrefixLists",
}  # fmt: skip
KINDS = tuple(_LISTS)
INTERNET = "internet"


@dataclass(frozen=True, slots=True)
class Question:
    """From one to another, either may be the internet, on a protocol and port."""

    source: str
    target: str
    protocol: str
    port: int | None


def reached(desk: Desk, question: Question, sync: str | None = None) -> Json:
    """Return reach/1: whether one reaches another, by each way with the rule that decides at every hop.

    Raises:
        NotFound: the sync knows neither.
        BadUsage: the internet to itself, or a protocol that needs a port without one.

    """
    if question.source == question.target == INTERNET:
        raise BadUsage("one of the two must be something of the estate", target=INTERNET)
    if question.protocol in ("tcp", "udp") and question.port is None:
        raise BadUsage(f"{question.protocol} is asked for by port", target="--port")
    asset = question.target if question.source == INTERNET else question.source
    head, known = _read(desk, asset, sync)
    try:
        asked = flow(question.protocol, question.port)
    except ValueError as error:
        raise BadUsage(f"there is no protocol {question.protocol!r}", target="--protocol") from error
    if question.source == INTERNET:
        found = from_internet(known, question.target, asked)
    elif question.target == INTERNET:
        found = to_internet(known, question.source, asked)
    else:
        found = can_reach(known, question.source, question.target, asked)
    told = {"source": question.source, "target": question.target, "flow": str(asked)}
    return {"schema": "reach/1", **head, **told, **_ways(found)}


def surroundings(desk: Desk, asset: str, sync: str | None = None) -> Json:
    """Return reach-around/1: what can still begin a flow with an asset, and it with whom: doors, neighbors, exits."""
    head, known = _read(desk, asset, sync)
    body: Json = {"schema": "reach-around/1", **head, "asset": asset}
    for inbound, name in ((True, "in"), (False, "out")):
        body[name] = [
            {"interface": who.id, "door": str(door), "rules": list(door.rules), "internet": _word(door.public)}
            for who in known.of(asset) or ()
            for door in doors(known, who, inbound=inbound)
        ]
        body[f"neighbors_{name}"] = [
            {"interface": each.interface, "ports": str(each.ports), "reaches": _word(each.reaches)}
            for each in neighbors(known, asset, inbound=inbound)
        ]
    handing = balancers(known, asset)
    body["balancers"] = handing and [
        {
            "balancer": each.balancer,
            "listens": str(each.listens),
            "hands_to": str(each.hands_to),
            "hands_on": _word(each.hands_on),
            "internet": _word(each.public),
        }
        for each in handing
    ]
    return {**body, "exits": _exits(exits(known, asset))}


def changed(desk: Desk, asset: str, before: str, after: str | None = None) -> Json:
    """Return reach-change/1: what was closed and opened for an asset between two syncs, and what may go on."""
    _, earlier = _read(desk, asset, before)
    head, later = _read(desk, asset, after)
    found = compare(earlier, later, asset)
    return {
        "schema": "reach-change/1",
        **head,
        "before": before,
        "asset": asset,
        "closed": list(found.closed),
        "opened": list(found.opened),
        "still": list(found.still),
        "lingering": [
            {
                "interface": each.interface,
                "direction": "in" if each.inbound else "out",
                "ports": str(each.ports),
                "peers": each.peers.maybe.text(),
                "until": each.until,
            }
            for each in found.lingering
        ],
        "exits": _exits(found.exits),
        "shut": _word(found.shut),
        "alone": _word(found.alone),
        "why": sorted({*found.shut.why, *found.alone.why}),
    }


def _read(desk: Desk, asset: str, sync: str | None) -> tuple[Json, Network]:
    """Return the network that an asset lies in: all of its account and region, what was not read left out by name."""
    row = book.one(desk, sync)
    snap = taken(desk, row, KINDS)
    thing = next((each for each in snap.of("interface") if _is(each, asset)), None)
    if thing is None:
        raise NotFound(
            f"{row['sync']} has no network interface of {asset}", target=asset, hint="jumpkit inventory show"
        )
    here = [
        each for each in limits(snap) if each["account"] == thing.account and each["region"] in (None, thing.region)
    ]
    head = {"sync": row["sync"], "finished": row["finished"], "account": thing.account, "region": thing.region}
    return {**head, "limits": list(LIMITS), "not_read": here}, network(_described(snap, thing))


def _is(thing: Thing, asset: str) -> bool:
    body = thing.body
    addresses = [each.get("PrivateIpAddress") for each in body.get("PrivateIpAddresses") or ()]
    addresses += [(each.get("Association") or {}).get("PublicIp") for each in body.get("PrivateIpAddresses") or ()]
    return asset in (thing.uid, (body.get("Attachment") or {}).get("InstanceId"), *addresses)


def _described(snap: Snapshot, thing: Thing) -> Json:
    """Return the Describe answers of an account and region, None for each list that was not read."""
    found: Json = {
        name: None if snap.unread(thing, kind) else [dict(each.body) for each in snap.near(thing, kind)]
        for kind, name in _LISTS.items()
    }
    lists = found.pop("ManagedPrefixLists") or ()
    found["PrefixListEntries"] = {
        each["PrefixListId"]: each["Entries"] for each in lists if each.get("Entries") is not None
    }
    found["Listeners"] = _within(found["LoadBalancers"], "Listeners")
    found["TargetHealth"] = _targets(found["TargetGroups"])
    return found


def _within(rows: Iterable[Mapping[str, Any]] | None, key: str) -> list[Any] | None:
    """Return what all rows hold at a key, None where one of them was not asked."""
    listed = None if rows is None else list(rows)
    if listed is None or any(each.get(key) is None for each in listed):
        return None
    return [one for each in listed for one in each[key]]


def _targets(rows: Iterable[Mapping[str, Any]] | None) -> Json | None:
    listed = None if rows is None else list(rows)
    if listed is None or any(each.get("Targets") is None for each in listed):
        return None
    return {each["TargetGroupArn"]: each["Targets"] for each in listed}


def _ways(found: Reach) -> Json:
    ways = [
        {
            "from": way.source,
            "to": way.target,
            "open": _word(way.open),
            "hops": [{"at": hop.at, "passes": _word(hop.passes), "because": hop.because} for hop in way.hops],
        }
        for way in found.ways
    ]
    return {"reaches": _word(found.reaches), "because": found.because, "ways": ways}


def _exits(found: Iterable[Exit]) -> list[Json]:
    return [{"kind": each.kind, "to": each.to, "open": _word(each.open), "because": each.because} for each in found]


def _word(said: Truth) -> str:
    return {True: "yes", False: "no", None: "unknown"}[said.value]
