"""Switches a bucket's lifecycle rules off, so that nothing expires while it is evidence."""

from __future__ import annotations

from typing import Any

from jumpkit.model.action import Call, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.buckets import exists, setting

SPEC = Spec(
    title="Suspend a bucket's lifecycle rules",
    verb="guard",
    target="bucket",
    effect="No object or version expires or moves to another class until the rules are on again.",
    danger="low",
    reads=("s3:ListBucket", "s3:GetLifecycleConfiguration"),
    writes=("s3:PutLifecycleConfiguration",),
    loses="Nothing; what would have gone stays and costs money.",
    undo="Set each rule to what it was.",
    d3fend=("D3-RA",),
    attack=("T1485.001", "T1562.008"),
    proof=(Proof("every rule is off, and as it was after undo", "moto 5"),),
)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the rules, an empty list where there are none."""
    del mark
    exists(cloud, target)
    return {"rules": setting(cloud, target, "GetBucketLifecycleConfiguration", "Rules") or []}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Switch every rule off."""
    del mark
    return [_put(target, [{**each, "Status": "Disabled"} for each in seen["rules"]])]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Write the rules back."""
    del now, mark
    return [_put(target, before["rules"])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether no rule is on."""
    del target, mark
    return "no" if any(each["Status"] == "Enabled" for each in seen["rules"]) else "yes"


def _put(target: Target, rules: list[dict[str, Any]]) -> Call:
    told = {"Bucket": target.uid, "LifecycleConfiguration": {"Rules": rules}}
    return Call("s3", "PutBucketLifecycleConfiguration", told, target.region)
