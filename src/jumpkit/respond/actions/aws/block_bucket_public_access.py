"""Blocks every kind of public access to a bucket, whatever its policy and lists say."""

from __future__ import annotations

from jumpkit.model.action import Call, Check, Cloud, Mark, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.buckets import exists, setting

SPEC = Spec(
    title="Block public access to a bucket",
    verb="contain",
    target="bucket",
    effect="Nobody reads or writes it without being a principal of an account that its policy names.",
    danger="medium",
    reads=("s3:ListBucket", "s3:GetBucketPublicAccessBlock"),
    writes=("s3:PutBucketPublicAccessBlock",),
    loses="What is public on purpose, as a website, is not reached any more.",
    undo="Set the four switches to what they were, or remove them where there were none.",
    d3fend=("D3-RFAM",),
    attack=("T1530", "T1537"),
    proof=(
        Proof("all four switches are on, and as they were after undo", "moto 5"),
        Proof("anonymous reads are refused", "nothing"),
    ),
)
_ALL = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return the four switches, None where there are none."""
    del mark
    exists(cloud, target)
    return {"block": setting(cloud, target, "GetPublicAccessBlock", "PublicAccessBlockConfiguration")}


def apply(target: Target, seen: Seen, mark: Mark) -> list[Call]:
    """Turn all four on."""
    del seen, mark
    return [_put(target, _ALL)]


def undo(target: Target, before: Seen, now: Seen, mark: Mark) -> list[Call]:
    """Set them to what they were."""
    del now, mark
    if before["block"] is None:
        return [Call("s3", "DeletePublicAccessBlock", {"Bucket": target.uid}, target.region)]
    return [_put(target, before["block"])]


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell whether all four are on."""
    del target, mark
    return "yes" if seen["block"] == _ALL else "no"


def proves(cloud: Cloud, target: Target, seen: Seen, mark: Mark) -> list[Check]:
    """Say what the switches mean by the provider's own rule."""
    del cloud, mark
    because = f"all four switches of {target.uid} are on; they outweigh its policy and its lists"
    return [Check("nobody reads it without an account", seen["block"] == _ALL, "evaluated", because)]


def _put(target: Target, block: Seen) -> Call:
    told = {"Bucket": target.uid, "PublicAccessBlockConfiguration": block}
    return Call("s3", "PutPublicAccessBlock", told, target.region)
