"""Copies a snapshot, encrypted anew under a key of the investigation, so that it hangs on nobody else."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.instances import filters
from jumpkit.respond.looking import first, listed

SPEC = Spec(
    title="Copy a snapshot under our own key",
    verb="collect",
    target="snapshot",
    effect="A copy is made that is encrypted under the key that is named; the original stays as it is.",
    danger="none",
    reads=("ec2:DescribeSnapshots",),
    writes=(
        "ec2:CopySnapshot",
        "ec2:CreateTags",
        "kms:CreateGrant",
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
    ),
    loses="Nothing; copies cost money. The key must live as long as the evidence: it is never deleted after the copy.",
    undo=None,
    options={"key": "ARN of the key; it must be given", "source": "region of the original; the same by default"},
    d3fend=("D3-DI",),
    attack=("T1485", "T1486"),
    proof=(Proof("a complete copy bears our mark and the key", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the original's state, and our copy's."""
    source = mark.options.get("source", target.region)
    asked = {"SnapshotIds": [target.uid]}
    found = cloud.read(Call("ec2", "DescribeSnapshots", asked, source)).body["Snapshots"]
    told = {"OwnerIds": ["self"], "Filters": filters(**{"tag:jumpkit:mark": mark.id})}
    ours = listed(cloud, Call("ec2", "DescribeSnapshots", told, target.region), "Snapshots")
    copy = {"id": ours[0]["SnapshotId"], "state": ours[0]["State"], "key": ours[0].get("KmsKeyId")} if ours else None
    return {"state": first(found, lambda _: True, target)["State"], "copy": copy}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Copy it."""
    del seen
    told = {
        "SourceSnapshotId": target.uid,
        "SourceRegion": mark.options.get("source", target.region) or "us-east-1",
        "Encrypted": True,
        "KmsKeyId": mark.options["key"],
        "Description": f"{mark.case} {mark.id} of {target.uid}",
        "TagSpecifications": [{"ResourceType": "snapshot", "Tags": mark.tags()}],
    }
    return [Call("ec2", "CopySnapshot", told, target.region)]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether our copy is complete."""
    del target, mark
    if seen["copy"] is None:
        return "no"
    return {"completed": "yes", "pending": "wait"}.get(seen["copy"]["state"], "no")  # type: ignore[return-value] # the words of Progress


def refuses(target: Target, seen: Seen, mark: Mark) -> list[str]:
    """Refuse without a key, or while the original is not complete."""
    found = [] if mark.options.get("key") else ["no key was named (key=arn:aws:kms:…)"]
    return found + ([] if seen["state"] == "completed" else [f"{target.uid} is {seen['state']}"])


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say under which key the copy lies."""
    del cloud, target
    key = (seen["copy"] or {}).get("key")
    return [Check("the copy lies under the key that was named", key == mark.options["key"], "read back", f"key {key}")]
