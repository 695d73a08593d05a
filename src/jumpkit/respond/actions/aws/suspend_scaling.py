"""Stops a scaling group from ending and replacing machines while we act on them."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import first

SPEC = Spec(
    title="Hold a scaling group still",
    verb="guard",
    target="scaling_group",
    effect="The group neither ends nor replaces machines until this is taken back.",
    danger="medium",
    reads=("autoscaling:DescribeAutoScalingGroups",),
    writes=("autoscaling:SuspendProcesses", "autoscaling:ResumeProcesses"),
    loses="The group heals nothing and scales in no more.",
    undo="Let those processes go on that this step suspended, and no others.",
    d3fend=("D3-RA",),
    attack=("T1578.003",),
    proof=(Proof("the processes are suspended, and those that we suspended go on after undo", "moto 5"),),
)
_PROCESSES = ("ReplaceUnhealthy", "Terminate")


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return which processes are suspended."""
    del mark
    asked = {"AutoScalingGroupNames": [target.uid]}
    groups = cloud.read(Call("autoscaling", "DescribeAutoScalingGroups", asked, target.region)).body[
        "AutoScalingGroups"
    ]
    group = first(groups, lambda _: True, target)
    return {"suspended": sorted(each["ProcessName"] for each in group["SuspendedProcesses"])}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Suspend those that are not."""
    del mark
    return [_call("SuspendProcesses", target, [each for each in _PROCESSES if each not in seen["suspended"]])]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Let ours go on."""
    del now, mark
    return [_call("ResumeProcesses", target, [each for each in _PROCESSES if each not in before["suspended"]])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether all are suspended."""
    del target, mark
    return "yes" if set(_PROCESSES) <= set(seen["suspended"]) else "no"


def _call(operation: str, target: Target, processes: list[str]) -> Call:
    told = {"AutoScalingGroupName": target.uid, "ScalingProcesses": processes}
    return Call("autoscaling", operation, told, target.region)
