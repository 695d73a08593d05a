"""Lets a bucket keep every version, so that what is overwritten or deleted from now on can be had again."""

from __future__ import annotations

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.buckets import exists, setting

SPEC = Spec(
    title="Keep a bucket's versions",
    verb="guard",
    target="bucket",
    effect="From now on what is overwritten or deleted stays as an earlier version.",
    danger="low",
    reads=("s3:ListBucket", "s3:GetBucketVersioning"),
    writes=("s3:PutBucketVersioning",),
    loses="Nothing; versions cost money. What was overwritten before is not brought back.",
    undo="Suspend versioning; it cannot become a bucket without versions again.",
    undo_leaves=("a bucket that never had versions is suspended afterwards, and its versions stay",),
    d3fend=("D3-DBR",),
    attack=("T1485", "T1486"),
    proof=(Proof("versioning is on, and suspended or what it was after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return whether versions are kept."""
    del mark
    exists(cloud, target)
    return {"status": setting(cloud, target, "GetBucketVersioning", "Status")}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Keep them."""
    del seen, mark
    return [_put(target, "Enabled")]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Suspend it."""
    del before, now, mark
    return [_put(target, "Suspended")]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether they are kept."""
    del target, mark
    return "yes" if seen["status"] == "Enabled" else "no"


def undone(target: Target, before: Seen, now: Seen) -> bool:
    """Tell whether no new versions are kept, as before."""
    del target
    return bool(now["status"] == (before["status"] or "Suspended") or now["status"] == before["status"])


def _put(target: Target, status: str) -> Call:
    told = {"Bucket": target.uid, "VersioningConfiguration": {"Status": status}}
    return Call("s3", "PutBucketVersioning", told, target.region)
