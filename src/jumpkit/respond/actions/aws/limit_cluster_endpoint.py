"""Lets only the networks that are named reach a cluster's public endpoint."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Limit who reaches a cluster's endpoint",
    verb="contain",
    target="cluster",
    effect="The Kubernetes API answers on the public endpoint to the networks that are named, and to nobody else.",
    danger="high",
    reads=("eks:DescribeCluster",),
    writes=("eks:UpdateClusterConfig",),
    loses="Pipelines, nodes and people that come from elsewhere are shut out.",
    undo="Let those reach it that did.",
    options={"cidrs": "networks, comma-separated; they must be given, yours among them"},
    d3fend=("D3-NTF",),
    attack=("T1133", "T1552.007"),
    proof=(Proof("the endpoint lists the networks alone, and those before after undo", "model stub"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return who reaches the endpoint."""
    del mark
    body = cloud.read(Call("eks", "DescribeCluster", {"name": target.uid}, target.region)).body["cluster"]
    access = body["resourcesVpcConfig"]
    return {"cidrs": sorted(access.get("publicAccessCidrs", [])), "updating": body["status"] == "UPDATING"}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Limit it."""
    del seen
    return [_set(target, _wanted(mark))]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Let those reach it that did."""
    del now, mark
    return [_set(target, before["cidrs"])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether only those reach it."""
    del target
    if seen["updating"]:
        return "wait"
    return "yes" if seen["cidrs"] == _wanted(mark) else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse where nobody is named: that would shut out everybody."""
    del target, seen
    return [] if _wanted(mark) else ["no network was named (cidrs=203.0.113.7/32)"]


def _wanted(mark: Mark) -> list[str]:
    return sorted(each.strip() for each in mark.options.get("cidrs", "").split(",") if each.strip())


def _set(target: Target, cidrs: list[str]) -> Call:
    told = {"name": target.uid, "resourcesVpcConfig": {"publicAccessCidrs": cidrs}}
    return Call("eks", "UpdateClusterConfig", told, target.region)
