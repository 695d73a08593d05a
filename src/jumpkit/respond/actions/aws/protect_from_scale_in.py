"""Keeps a scaling group from choosing an instance when it shrinks."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import first

SPEC = Spec(
    title="Protect an instance from scaling in",
    verb="guard",
    target="instance",
    effect="When the group shrinks it ends others; unhealthy or by hand it can still be ended.",
    danger="low",
    reads=("autoscaling:DescribeAutoScalingInstances",),
    writes=("autoscaling:SetInstanceProtection",),
    loses="Nothing.",
    undo="Set the protection to what it was.",
    d3fend=("D3-RA",),
    attack=("T1578.003",),
    proof=(Proof("it is protected, and as it was after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return its group and whether it is protected."""
    del mark
    asked = Call("autoscaling", "DescribeAutoScalingInstances", {"InstanceIds": [target.uid]}, target.region)
    found = first(cloud.read(asked).body["AutoScalingInstances"], lambda _: True, target)
    return {"group": found["AutoScalingGroupName"], "protected": bool(found["ProtectedFromScaleIn"])}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Protect it."""
    del mark
    return [_set(target, seen["group"], protected=True)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Set it to what it was."""
    del now, mark
    return [_set(target, before["group"], protected=before["protected"])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is protected."""
    del target, mark
    return "yes" if seen["protected"] else "no"


def _set(target: Target, group: str, *, protected: bool) -> Call:
    told = {"InstanceIds": [target.uid], "AutoScalingGroupName": group, "ProtectedFromScaleIn": protected}
    return Call("autoscaling", "SetInstanceProtection", told, target.region)
