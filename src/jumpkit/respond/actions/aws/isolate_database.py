"""Puts a database into security groups that are named, instead of those that let the intruder in."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.looking import first

SPEC = Spec(
    title="Isolate a database",
    verb="contain",
    target="database",
    effect="Only what the group that is named lets in reaches the database.",
    danger="high",
    reads=("rds:DescribeDBInstances",),
    writes=("rds:ModifyDBInstance",),
    loses="Applications that use the database fail.",
    undo="Give it the groups that it had.",
    options={"group": "id of the group to put it into; it must be given"},
    d3fend=("D3-NI",),
    attack=("T1530", "T1213"),
    proof=(Proof("it has the group alone, and its own after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the database's groups."""
    del mark
    asked = Call("rds", "DescribeDBInstances", {"DBInstanceIdentifier": target.uid}, target.region)
    found = first(cloud.read(asked).body["DBInstances"], lambda _: True, target)
    groups = [each["VpcSecurityGroupId"] for each in found["VpcSecurityGroups"] if each.get("Status") != "removing"]
    return {"groups": sorted(groups)}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Put it into the group."""
    del seen
    return [_put(target, [mark.options["group"]])]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Give its groups back."""
    del now, mark
    return [_put(target, before["groups"])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is in the group alone."""
    del target
    return "yes" if seen["groups"] == [mark.options.get("group")] else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse where no group was named."""
    del target, seen
    return [] if mark.options.get("group") else ["no group was named (group=sg-…)"]


def _put(target: Target, groups: list[str]) -> Call:
    told = {"DBInstanceIdentifier": target.uid, "VpcSecurityGroupIds": groups, "ApplyImmediately": True}
    return Call("rds", "ModifyDBInstance", told, target.region)
