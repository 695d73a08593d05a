"""A bucket that somebody empties, encrypts or copies: keep what is there, then shut everybody else out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.model.action import Target
from jumpkit.respond.options import Advice, Option
from jumpkit.respond.plans import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.model.action import Cloud


def advise(cloud: Cloud, target: Target, known: Mapping[str, Any]) -> Advice:
    """Return what can be done about a bucket."""
    del cloud, known
    history = Wanted("aws/collect_events", Target("trace", target.uid, target.account), {"by": "ResourceName"})
    keep = Option(
        "keep",
        f"Keep every version in {target.uid} from now on, and let nothing expire?",
        "What is overwritten or deleted from now on can be had again.",
        "Storage costs grow until this is taken back.",
        (Wanted("aws/keep_bucket_versions", target), Wanted("aws/suspend_bucket_lifecycle", target)),
    )
    public = Option(
        "public",
        f"Block public access to {target.uid}?",
        "Nobody reads it without an account that its policy names.",
        "A website or download that is public on purpose stops.",
        (Wanted("aws/block_bucket_public_access", target),),
    )
    lock = Option(
        "lock",
        f"Lock {target.uid} down to you alone?",
        "No other principal of any account reads, writes or deletes anything in it.",
        "All that works with the bucket fails, log delivery and replication included.",
        (Wanted("aws/lock_down_bucket", target),),
    )
    return Advice((Wanted("aws/describe_bucket", target), history), (keep, public, lock))
