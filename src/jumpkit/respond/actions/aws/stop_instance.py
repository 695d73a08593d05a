"""Stops an instance, after its memory and disks are gathered or somebody said why not."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.instances import instance

SPEC = Spec(
    title="Stop an instance",
    verb="contain",
    target="instance",
    effect="Nothing runs on it any more; its EBS disks stay.",
    danger="high",
    reads=("ec2:DescribeInstances",),
    writes=("ec2:StopInstances", "ec2:StartInstances"),
    loses="Memory, instance-store disks, open connections; a public address that is not elastic does not come back.",
    undo="Start it again.",
    undo_leaves=("memory and running processes", "instance-store disks", "a public address that is not elastic"),
    needs_first=("memory", "disks", "described", "triggers"),
    d3fend=("D3-PT", "D3-HS"),
    attack=("T1496", "T1486"),
    proof=(Proof("it is stopped, and runs after undo", "moto 5"), Proof("it is refused without evidence", "moto 5")),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the state of the machine."""
    del mark
    return {"state": instance(cloud, target)["State"]["Name"]}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Stop it."""
    del seen, mark
    return [Call("ec2", "StopInstances", {"InstanceIds": [target.uid]}, target.region)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Start it."""
    del before, now, mark
    return [Call("ec2", "StartInstances", {"InstanceIds": [target.uid]}, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is stopped."""
    del target, mark
    if seen["state"] == "stopped":
        return "yes"
    return "wait" if seen["state"] == "stopping" else "no"


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say that nothing runs on it."""
    del cloud, mark
    because = f"the provider lists {target.uid} as {seen['state']}"
    return [Check("nothing runs on it", seen["state"] == "stopped", "read back", because)]
