"""Keeps an instance from being terminated by the API while it is evidence."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.instances import attribute, instance

SPEC = Spec(
    title="Protect an instance from termination",
    verb="guard",
    target="instance",
    effect="TerminateInstances is refused for this instance until the protection is taken away.",
    danger="low",
    reads=("ec2:DescribeInstances", "ec2:DescribeInstanceAttribute"),
    writes=("ec2:ModifyInstanceAttribute",),
    loses="Nothing. It does not stop a scaling group, a spot interruption, or a shutdown from within.",
    undo="Set the protection to what it was.",
    d3fend=("D3-RA",),
    attack=("T1578.003", "T1485"),
    proof=(Proof("TerminateInstances is refused afterwards", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return whether it is protected."""
    del mark
    instance(cloud, target)
    return {"protected": bool(attribute(cloud, target, "disableApiTermination", "DisableApiTermination"))}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Protect it."""
    del seen, mark
    return [_set(target, protected=True)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Set it to what it was."""
    del now, mark
    return [_set(target, protected=before["protected"])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is protected."""
    del target, mark
    return "yes" if seen["protected"] else "no"


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say that the provider would refuse to terminate it."""
    del cloud, mark
    because = f"DisableApiTermination of {target.uid} reads {seen['protected']}"
    return [Check("a call to terminate it is refused", seen["protected"], "read back", because)]


def _set(target: Target, *, protected: bool) -> Call:
    told = {"InstanceId": target.uid, "DisableApiTermination": {"Value": protected}}
    return Call("ec2", "ModifyInstanceAttribute", told, target.region)
