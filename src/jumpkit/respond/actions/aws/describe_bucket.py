"""Gathers a bucket's settings: who reaches it, what stays, what is logged, and where copies go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.model.action import Call, Cloud, Mark, Piece, Progress, Proof, Seen, Spec, Target
from jumpkit.respond.buckets import exists
from jumpkit.respond.pieces import Asking, asked

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEC = Spec(
    title="Gather a bucket's settings",
    verb="collect",
    target="bucket",
    effect="All that decides who reaches it, what stays and what is logged is read and sealed, without its objects.",
    danger="none",
    reads=(
        "s3:ListBucket",
        "s3:GetBucketPolicy",
        "s3:GetBucketAcl",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketOwnershipControls",
        "s3:GetBucketVersioning",
        "s3:GetBucketObjectLockConfiguration",
        "s3:GetEncryptionConfiguration",
        "s3:GetLifecycleConfiguration",
        "s3:GetBucketLogging",
        "s3:GetReplicationConfiguration",
        "s3:GetBucketNotification",
        "s3:GetBucketTagging",
        "s3:GetBucketLocation",
    ),
    writes=(),
    loses="Nothing.",
    undo=None,
    attack=("T1530",),
    proof=(Proof("every answer is sealed with its request ids; a refused one is named", "moto 5"),),
)
_OPERATIONS = {
    "policy": "GetBucketPolicy",
    "list": "GetBucketAcl",
    "public access": "GetPublicAccessBlock",
    "ownership": "GetBucketOwnershipControls",
    "versions": "GetBucketVersioning",
    "lock": "GetObjectLockConfiguration",
    "encryption": "GetBucketEncryption",
    "lifecycle": "GetBucketLifecycleConfiguration",
    "logging": "GetBucketLogging",
    "replication": "GetBucketReplication",
    "notification": "GetBucketNotificationConfiguration",
    "tags": "GetBucketTagging",
    "location": "GetBucketLocation",
}


def observe(cloud: Cloud, target: Target, mark: Mark) -> Seen:
    """Return that it is there."""
    del mark
    exists(cloud, target)
    return {"bucket": target.uid}


def done(target: Target, seen: Seen, mark: Mark) -> Progress:
    """Tell that gathering is never done before it began."""
    del target, seen, mark
    return "no"


def gather(cloud: Cloud, target: Target, mark: Mark) -> Iterator[Piece]:
    """Read it all, and yield it as one document."""
    del mark
    told = {"Bucket": target.uid}
    calls = ((name, Call("s3", operation, told, target.region)) for name, operation in _OPERATIONS.items())
    yield asked(Asking(cloud), calls).piece(f"aws/{target.account}/bucket/{target.uid}.json")
