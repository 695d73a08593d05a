"""Keeps an instance's volumes when the instance goes."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.instances import instance

SPEC = Spec(
    title="Keep an instance's volumes when it goes",
    verb="guard",
    target="instance",
    effect="Its volumes are no longer deleted with it.",
    danger="low",
    reads=("ec2:DescribeInstances",),
    writes=("ec2:ModifyInstanceAttribute",),
    loses="Nothing; kept volumes cost money until somebody deletes them. Instance-store disks go all the same.",
    undo="Set each volume's DeleteOnTermination to what it was.",
    d3fend=("D3-RA",),
    attack=("T1485",),
    proof=(Proof("DeleteOnTermination is off afterwards and what it was after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return, by device, whether a volume goes with the instance."""
    del mark
    disks = instance(cloud, target).get("BlockDeviceMappings", [])
    return {"goes": {each["DeviceName"]: bool(each["Ebs"]["DeleteOnTermination"]) for each in disks if "Ebs" in each}}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Keep those that would go."""
    del mark
    return [_set(target, {device: False for device, goes in seen["goes"].items() if goes})]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Set those that differ to what they were."""
    del mark
    return [_set(target, {each: was for each, was in before["goes"].items() if now["goes"].get(each, was) != was})]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether none goes."""
    del target, mark
    return "no" if any(seen["goes"].values()) else "yes"


def _set(target: Target, goes: dict[str, bool]) -> Call:
    disks = [{"DeviceName": each, "Ebs": {"DeleteOnTermination": value}} for each, value in sorted(goes.items())]
    told = {"InstanceId": target.uid, "BlockDeviceMappings": disks}
    return Call("ec2", "ModifyInstanceAttribute", told, target.region)
