"""Draws networks as text: VPCs, subnets, gateways, endpoints and what joins them, each thing once, sorted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.kit.text import clip, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.prepare.inventory.snapshot import Snapshot, Thing

KINDS = (
    "vpc", "subnet", "internet_gateway", "egress_gateway", "nat_gateway", "peering", "vpc_endpoint",
    "transit_gateway", "transit_attachment",
)  # fmt: skip
INTERNET = "internet"
_LONG = 60
_ENDED = frozenset({"deleted", "deleting", "rejected", "failed", "expired"})


@dataclass(frozen=True, slots=True)
class Node:
    """Something that is drawn; `inside` is the id of the network that holds it."""

    id: str
    label: str
    inside: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """What joins two nodes."""

    a: str
    b: str
    label: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Networks with what lies in them, other nodes, and edges, each sorted by id."""

    networks: tuple[Node, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def drawing(snap: Snapshot) -> Drawing:
    """Return what is to be drawn of a snapshot."""
    networks = {thing.uid: Node(thing.uid, _label(thing, thing.body.get("CidrBlock"))) for thing in snap.of("vpc")}
    nodes = {node.id: node for node in _inner(snap)}
    edges = {(edge.a, edge.b, edge.label): edge for edge in (*_gateways(snap), *_joins(snap))}
    for edge in edges.values():
        for end in (edge.a, edge.b):
            if end == INTERNET:
                nodes[end] = Node(INTERNET, "internet")
            elif end not in networks and end not in nodes:
                nodes[end] = Node(end, f"{_safe(end)} (not in the inventory)")
    ordered = [edges[key] for key in sorted(edges)]
    return Drawing(tuple(_sorted(networks)), tuple(_sorted(nodes)), tuple(ordered))


def _sorted(nodes: dict[str, Node]) -> list[Node]:
    return [nodes[key] for key in sorted(nodes)]


def _inner(snap: Snapshot) -> Iterator[Node]:
    for thing in snap.of("subnet"):
        yield Node(thing.uid, _label(thing, thing.body.get("CidrBlock")), thing.body.get("VpcId"))
    for kind in ("nat_gateway", "vpc_endpoint"):
        for thing in snap.of(kind):
            if str(thing.body.get("State", "")).lower() not in _ENDED:
                yield Node(thing.uid, _label(thing, thing.body.get("ServiceName")), thing.body.get("VpcId"))
    for kind in ("internet_gateway", "egress_gateway", "transit_gateway"):
        for thing in snap.of(kind):
            yield Node(thing.uid, _label(thing, None))


def _gateways(snap: Snapshot) -> Iterator[Edge]:
    for kind in ("internet_gateway", "egress_gateway"):
        for thing in snap.of(kind):
            for each in thing.body.get("Attachments") or ():
                yield Edge(str(each["VpcId"]), thing.uid, "attached")
            yield Edge(thing.uid, INTERNET, "out only" if kind == "egress_gateway" else "both ways")
    for thing in snap.of("nat_gateway"):
        subnet = thing.body.get("SubnetId")
        if subnet and str(thing.body.get("State", "")).lower() not in _ENDED:
            yield Edge(thing.uid, str(subnet), "in")


def _joins(snap: Snapshot) -> Iterator[Edge]:
    for thing in snap.of("peering"):
        state = str((thing.body.get("Status") or {}).get("Code") or "unknown")
        if state not in _ENDED:
            ends = [str((thing.body.get(f"{side}VpcInfo") or {}).get("VpcId")) for side in ("Requester", "Accepter")]
            yield Edge(ends[0], ends[1], f"{thing.uid} {state}")
    for thing in snap.of("transit_attachment"):
        if str(thing.body.get("State") or "") not in _ENDED:
            yield Edge(str(thing.body.get("ResourceId")), str(thing.body.get("TransitGatewayId")), thing.uid)


def mermaid(drawn: Drawing, title: str) -> str:
    """Return the drawing for Mermaid; what names and tags hold cannot leave its label."""
    lines = ["flowchart LR", f"  %% {_safe(title)}"]
    ids = {node.id: f"n{number}" for number, node in enumerate((*drawn.networks, *drawn.nodes))}
    inside = {node.id: [each for each in drawn.nodes if each.inside == node.id] for node in drawn.networks}
    for node in drawn.networks:
        lines.append(f'  subgraph {ids[node.id]}["{node.label}"]')
        lines += [f'    {ids[each.id]}["{each.label}"]' for each in inside[node.id]]
        lines.append("  end")
    placed = {each.id for held in inside.values() for each in held}
    lines += [f'  {ids[node.id]}(["{node.label}"])' for node in drawn.nodes if node.id not in placed]
    lines += [f'  {ids[edge.a]} ---|"{_safe(edge.label)}"| {ids[edge.b]}' for edge in drawn.edges]
    return "\n".join(lines) + "\n"


def dot(drawn: Drawing, title: str) -> str:
    """Return the drawing for Graphviz; edges to a network end at its border."""
    lines = ["graph inventory {", f'  label="{_safe(title)}"; compound=true; node [shape=box];']
    inside = {node.id: [each for each in drawn.nodes if each.inside == node.id] for node in drawn.networks}
    for number, node in enumerate(drawn.networks):
        lines.append(f'  subgraph "cluster_{number}" {{ label="{node.label}";')
        lines.append(f'    "{_safe(node.id)}" [label="{_safe(node.id)}", shape=point];')
        lines += [f'    "{_safe(each.id)}" [label="{each.label}"];' for each in inside[node.id]]
        lines.append("  }")
    placed = {each.id for held in inside.values() for each in held}
    lines += [f'  "{_safe(node.id)}" [label="{node.label}"];' for node in drawn.nodes if node.id not in placed]
    lines += [f'  "{_safe(edge.a)}" -- "{_safe(edge.b)}" [label="{_safe(edge.label)}"];' for edge in drawn.edges]
    return "\n".join([*lines, "}"]) + "\n"


def _label(thing: Thing, more: object) -> str:
    words = [
        thing.uid,
        thing.name if thing.name != thing.uid else None,
        more,
        thing.region if thing.kind == "vpc" else None,
    ]
    return " ".join(_safe(str(word)) for word in words if word)


def _safe(text: str) -> str:
    """Return text that closes no quote and begins no markup, comment or line, in Mermaid and Graphviz alike."""
    flat = printable(clip(text, _LONG))
    return "".join(char if char.isalnum() or char in " .:/_-+@=(),…" else "·" for char in flat)
