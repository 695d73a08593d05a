"""Lets the account of the investigators use a snapshot."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target

SPEC = Spec(
    title="Share a snapshot with the investigators",
    verb="collect",
    target="snapshot",
    effect="The account that is named can copy it; one under the provider's default key cannot be shared.",
    danger="low",
    reads=("ec2:DescribeSnapshotAttribute",),
    writes=("ec2:ModifySnapshotAttribute",),
    loses="Nothing.",
    undo="Take it back from that account; copies that were made stay.",
    options={"account": "the investigators' account; it must be given"},
    d3fend=("D3-DI",),
    attack=("T1485",),
    proof=(Proof("it is shared with the account, and as it was after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return with whom it is shared."""
    del mark
    asked = {"SnapshotId": target.uid, "Attribute": "createVolumePermission"}
    held = cloud.read(Call("ec2", "DescribeSnapshotAttribute", asked, target.region)).body["CreateVolumePermissions"]
    return {"shared": sorted(each.get("UserId") or each["Group"] for each in held)}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Share it."""
    del seen
    return [_modify(target, "add", mark)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Take it back."""
    del before, now
    return [_modify(target, "remove", mark)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether it is shared."""
    del target
    return "yes" if mark.options.get("account") in seen["shared"] else "no"


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse where no account was named."""
    del target, seen
    return [] if mark.options.get("account") else ["no account was named (account=111122223333)"]


def _modify(target: Target, how: str, mark: Mark) -> Call:
    told = {"SnapshotId": target.uid, "Attribute": "createVolumePermission", "OperationType": how}
    return Call("ec2", "ModifySnapshotAttribute", told | {"UserIds": [mark.options["account"]]}, target.region)
