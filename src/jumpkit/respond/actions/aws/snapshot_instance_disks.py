"""Copies all disks of an instance at one moment, as one crash-consistent set."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.instances import filters, instance
from jumpkit.respond.looking import listed

SPEC = Spec(
    title="Copy an instance's disks",
    verb="collect",
    target="instance",
    effect="Snapshots of all its EBS volumes are taken at one moment, so that they fit each other.",
    danger="none",
    reads=("ec2:DescribeInstances", "ec2:DescribeSnapshots"),
    writes=("ec2:CreateSnapshots", "ec2:CreateTags"),
    loses="Nothing of the service; snapshots cost money. Instance-store disks cannot be copied: they are named.",
    undo=None,
    d3fend=("D3-DI",),
    attack=("T1485", "T1486"),
    proof=(Proof("one snapshot a volume, with its lineage", "moto 5"), Proof("they are of one moment", "nothing")),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the volumes of the instance and our snapshots of them."""
    disks = instance(cloud, target).get("BlockDeviceMappings", [])
    asked = {"OwnerIds": ["self"], "Filters": filters(**{"tag:jumpkit:mark": mark.id})}
    ours = listed(cloud, Call("ec2", "DescribeSnapshots", asked, target.region), "Snapshots")
    return {
        "volumes": sorted(each["Ebs"]["VolumeId"] for each in disks if "Ebs" in each),
        "unreachable": sorted(each["DeviceName"] for each in disks if "Ebs" not in each),
        "snapshots": {each["VolumeId"]: {"id": each["SnapshotId"], "state": each["State"]} for each in ours},
    }


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Take them, all at once."""
    del seen
    tags = [{"ResourceType": "snapshot", "Tags": mark.tags()}]
    told = {
        "InstanceSpecification": {"InstanceId": target.uid, "ExcludeBootVolume": False},
        "Description": f"{mark.case} {mark.id}",
        "TagSpecifications": tags,
        "CopyTagsFromSource": "volume",
    }
    return [Call("ec2", "CreateSnapshots", told, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether each volume has a completed snapshot of ours."""
    del target, mark
    states = [seen["snapshots"].get(each, {}).get("state") for each in seen["volumes"]]
    if None in states or "error" in states:
        return "no"
    return "yes" if set(states) <= {"completed"} else "wait"


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say of which volumes there is a completed copy, and of which disks there can be none."""
    del cloud, target, mark
    lacking = [each for each in seen["volumes"] if seen["snapshots"].get(each, {}).get("state") != "completed"]
    told = f"{len(seen['snapshots'])} of {len(seen['volumes'])} volumes"
    stores = f"; instance-store disks {', '.join(seen['unreachable'])} are not covered" if seen["unreachable"] else ""
    return [Check("every volume has a completed copy", not lacking, "read back", told + stores)]
