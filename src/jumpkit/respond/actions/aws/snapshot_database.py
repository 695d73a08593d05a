"""Copies a database as it is now."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import first, maybe, tagged

SPEC = Spec(
    title="Copy a database",
    verb="collect",
    target="database",
    effect="A snapshot of the database is taken under our own name.",
    danger="none",
    reads=("rds:DescribeDBInstances", "rds:DescribeDBSnapshots"),
    writes=("rds:CreateDBSnapshot", "rds:AddTagsToResource"),
    loses="A database in one zone may pause for a moment; snapshots cost money.",
    undo=None,
    d3fend=("D3-DBR",),
    attack=("T1485", "T1530"),
    proof=(Proof("there is a snapshot that bears our mark", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return our snapshot's state, None where there is none."""
    asked = Call("rds", "DescribeDBInstances", {"DBInstanceIdentifier": target.uid}, target.region)
    first(cloud.read(asked).body["DBInstances"], lambda _: True, target)
    held = maybe(cloud, Call("rds", "DescribeDBSnapshots", {"DBSnapshotIdentifier": mark.id}, target.region))
    ours = [each for each in (held or {}).get("DBSnapshots", []) if _is_ours(each, mark)]
    return {"snapshot": ours[0]["DBSnapshotIdentifier"] if ours else None, "state": ours[0]["Status"] if ours else None}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Take it."""
    del seen
    told = {"DBInstanceIdentifier": target.uid, "DBSnapshotIdentifier": mark.id, "Tags": mark.tags()}
    return [Call("rds", "CreateDBSnapshot", told, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is complete."""
    del target, mark
    if seen["state"] == "available":
        return "yes"
    return "wait" if seen["state"] == "creating" else "no"


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say that the copy is complete."""
    del cloud, mark
    because = f"the snapshot of {target.uid} reads {seen['state']}"
    return [Check("there is a complete copy", seen["state"] == "available", "read back", because)]


def _is_ours(snapshot: Seen, mark: Mark) -> bool:
    return tagged(snapshot.get("TagList")).get("jumpkit:mark") == mark.id
