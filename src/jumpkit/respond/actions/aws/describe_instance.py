"""Gathers what an instance looks like: itself, user data, interfaces, volumes, rules, addresses, group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.model.action import Call, Cloud, Mark, Piece, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.instances import filters, instance
from jumpkit.respond.pieces import Asking, asked

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEC = Spec(
    title="Gather what an instance looks like",
    verb="collect",
    target="instance",
    effect="Its description, user data, interfaces, volumes, rules, addresses and memberships are read and sealed.",
    danger="none",
    reads=(
        "ec2:DescribeInstances",
        "ec2:DescribeInstanceAttribute",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSecurityGroupRules",
        "ec2:DescribeVolumes",
        "ec2:DescribeAddresses",
        "ec2:DescribeIamInstanceProfileAssociations",
        "ec2:DescribeSubnets",
        "ec2:DescribeRouteTables",
        "ec2:DescribeNetworkAcls",
        "ec2:DescribeTags",
        "autoscaling:DescribeAutoScalingInstances",
    ),
    writes=(),
    loses="Nothing. User data may hold secrets: it is kept as evidence and masked wherever it is shown.",
    undo=None,
    attack=("T1578",),
    proof=(Proof("every answer is sealed with its request ids; a refused one is named", "moto 5"),),
)
_ATTRIBUTES = ("userData", "disableApiTermination", "instanceInitiatedShutdownBehavior", "blockDeviceMapping")


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return that it is there."""
    del mark
    return {"instance": instance(cloud, target)["InstanceId"]}


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell that gathering is never done before it began: what it finds may have changed since."""
    del target, seen, mark
    return "no"


def gather(cloud: Cloud, target: Target, mark: Mark) -> Iterator[Piece]:
    """Read it all, and yield it as one document."""
    del mark
    found = instance(cloud, target)
    groups = sorted({each["GroupId"] for card in found["NetworkInterfaces"] for each in card["Groups"]})
    asking = Asking(cloud, {"instance": found})
    asking.asked = 1
    asked(asking, ((f"attribute {name}", _attribute(target, name)) for name in _ATTRIBUTES))
    attached = {"Filters": filters(**{"attachment.instance-id": target.uid})}
    by_vpc = {"Filters": filters(vpc_id=found["VpcId"])}
    several = {
        "interfaces": ("DescribeNetworkInterfaces", attached),
        "volumes": ("DescribeVolumes", attached),
        "groups": ("DescribeSecurityGroups", {"GroupIds": groups}),
        "rules": ("DescribeSecurityGroupRules", {"Filters": [{"Name": "group-id", "Values": groups}]}),
        "addresses": ("DescribeAddresses", {"Filters": filters(instance_id=target.uid)}),
        "profiles": ("DescribeIamInstanceProfileAssociations", {"Filters": filters(instance_id=target.uid)}),
        "subnets": ("DescribeSubnets", by_vpc),
        "routes": ("DescribeRouteTables", by_vpc),
        "network lists": ("DescribeNetworkAcls", by_vpc),
        "tags": ("DescribeTags", {"Filters": filters(resource_id=target.uid)}),
    }
    asked(asking, ((name, Call("ec2", operation, told, target.region)) for name, (operation, told) in several.items()))
    group = Call("autoscaling", "DescribeAutoScalingInstances", {"InstanceIds": [target.uid]}, target.region)
    asking.ask("scaling group", group)
    yield asking.piece(f"aws/{target.account}/instance/{target.uid}.json")


def _attribute(target: Target, name: str) -> Call:
    return Call("ec2", "DescribeInstanceAttribute", {"InstanceId": target.uid, "Attribute": name}, target.region)
