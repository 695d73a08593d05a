"""Takes back a snapshot that was shared with a foreign account or with everybody."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Take a shared snapshot back",
    verb="eradicate",
    target="snapshot",
    effect="No other account can copy or use it any more; copies that were made stay with whoever made them.",
    danger="medium",
    reads=("ec2:DescribeSnapshotAttribute",),
    writes=("ec2:ModifySnapshotAttribute",),
    loses="Accounts that use it for good reasons lose it too.",
    undo="Share it again with whom it was shared.",
    d3fend=("D3-UAP",),
    attack=("T1537",),
    proof=(Proof("it is shared with nobody, and with whom it was after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return with whom it is shared."""
    del mark
    asked = {"SnapshotId": target.uid, "Attribute": "createVolumePermission"}
    held = cloud.read(Call("ec2", "DescribeSnapshotAttribute", asked, target.region)).body["CreateVolumePermissions"]
    return {"shared": sorted(each.get("UserId") or each["Group"] for each in held)}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Share it with nobody."""
    del mark
    return [_modify(target, "remove", seen["shared"])]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Share it again."""
    del mark
    return [_modify(target, "add", [each for each in before["shared"] if each not in now["shared"]])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is shared with nobody."""
    del target, mark
    return "no" if seen["shared"] else "yes"


def _modify(target: Target, how: str, whom: list[str]) -> Call:
    told: Seen = {"SnapshotId": target.uid, "Attribute": "createVolumePermission", "OperationType": how}
    accounts = [each for each in whom if each != "all"]
    told |= {"UserIds": accounts} if accounts else {}
    told |= {"GroupNames": ["all"]} if "all" in whom else {}
    return Call("ec2", "ModifySnapshotAttribute", told, target.region)
