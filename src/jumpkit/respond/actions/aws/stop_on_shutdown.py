"""Lets a shutdown from within stop an instance instead of terminating it."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.instances import attribute, instance

SPEC = Spec(
    title="Let a shutdown stop an instance, not end it",
    verb="guard",
    target="instance",
    effect="If somebody shuts the machine down from within, it stops and its disks stay.",
    danger="low",
    reads=("ec2:DescribeInstances", "ec2:DescribeInstanceAttribute"),
    writes=("ec2:ModifyInstanceAttribute",),
    loses="Nothing.",
    undo="Set the behavior to what it was.",
    d3fend=("D3-RA",),
    attack=("T1529", "T1485"),
    proof=(Proof("the behavior reads `stop`, and what it was after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return what a shutdown from within does."""
    del mark
    instance(cloud, target)
    key = "InstanceInitiatedShutdownBehavior"
    return {"behavior": attribute(cloud, target, "instanceInitiatedShutdownBehavior", key)}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Let it stop."""
    del seen, mark
    return [_set(target, "stop")]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Set it to what it was."""
    del now, mark
    return [_set(target, before["behavior"])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it stops."""
    del target, mark
    return "yes" if seen["behavior"] == "stop" else "no"


def _set(target: Target, behavior: str) -> Call:
    told = {"InstanceId": target.uid, "Attribute": "instanceInitiatedShutdownBehavior", "Value": behavior}
    return Call("ec2", "ModifyInstanceAttribute", told, target.region)
