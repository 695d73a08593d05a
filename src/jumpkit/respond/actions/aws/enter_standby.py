"""Takes an instance out of its scaling group's service without the group replacing or terminating it."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import unknown

SPEC = Spec(
    title="Put a scaling group's instance into standby",
    verb="contain",
    target="instance",
    effect="The group no longer counts it as serving and neither checks its health nor replaces or terminates it.",
    danger="medium",
    reads=("autoscaling:DescribeAutoScalingInstances", "autoscaling:DescribeAutoScalingGroups"),
    writes=("autoscaling:EnterStandby", "autoscaling:ExitStandby"),
    loses="The group starts another instance in its place, so that capacity stays.",
    undo="Return it into service beside the machine that the group started in its place.",
    undo_leaves=(
        "the group's size: it wants one machine more than before, until you lower it and so choose which one goes",
    ),
    options={"decrement": "yes: the group wants one less instead of starting another; no by default"},
    d3fend=("D3-NI",),
    attack=("T1578.003",),
    proof=(Proof("it stands by, and serves after undo", "moto 5"), Proof("the group does not end it", "nothing")),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the instance's group and its state in it; NotFound where no group has it."""
    del mark
    asked = Call("autoscaling", "DescribeAutoScalingInstances", {"InstanceIds": [target.uid]}, target.region)
    found = cloud.read(asked).body["AutoScalingInstances"]
    if not found:
        raise unknown(target)
    name = found[0]["AutoScalingGroupName"]
    groups = Call("autoscaling", "DescribeAutoScalingGroups", {"AutoScalingGroupNames": [name]}, target.region)
    [group] = cloud.read(groups).body["AutoScalingGroups"]
    limits = {"desired": group["DesiredCapacity"], "min": group["MinSize"], "max": group["MaxSize"]}
    return {"group": name, "state": found[0]["LifecycleState"], **limits}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Put it into standby."""
    told = {"InstanceIds": [target.uid], "AutoScalingGroupName": seen["group"]}
    decrement = {"ShouldDecrementDesiredCapacity": mark.options.get("decrement") == "yes"}
    return [Call("autoscaling", "EnterStandby", told | decrement, target.region)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Return it into service."""
    del now, mark
    told = {"InstanceIds": [target.uid], "AutoScalingGroupName": before["group"]}
    return [Call("autoscaling", "ExitStandby", told, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it stands by."""
    del target, mark
    return {"Standby": "yes", "EnteringStandby": "wait"}.get(seen["state"], "no")  # type: ignore[return-value] # the words of Progress


def undone(target: Target, before: Seen, now: Seen) -> bool:
    """Tell whether it serves again; how many the group wants is the group's own business."""
    del target
    return bool(now["group"] == before["group"] and now["state"] == before["state"])


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say what the group does with one that stands by: nothing."""
    del cloud, mark
    because = f"{seen['group']} lists {target.uid} as {seen['state']}"
    return [Check("the group neither uses nor ends it", seen["state"] == "Standby", "read back", because)]


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse where the group would fall below its minimum."""
    del target
    if mark.options.get("decrement") == "yes" and seen["desired"] <= seen["min"]:
        return [f"{seen['group']} wants {seen['desired']} and may not have fewer than {seen['min']}"]
    return []
