"""How actions look at buckets: settings that may be absent are None, never a default."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import NotFound
from jumpkit.model.action import Call
from jumpkit.respond.looking import maybe, unknown

if TYPE_CHECKING:
    from jumpkit.model.action import Cloud, Target


def setting(cloud: Cloud, target: Target, operation: str, key: str) -> Any:
    """Return one setting of a bucket, None where it was never made."""
    body = maybe(cloud, Call("s3", operation, {"Bucket": target.uid}, target.region))
    return None if body is None else body.get(key)


def exists(cloud: Cloud, target: Target) -> None:
    """Return where the bucket exists and is the account's own.

    Raises:
        NotFound: it does not.
        Denied: it is another account's, or we may not look.

    """
    asked = {"Bucket": target.uid, "ExpectedBucketOwner": target.account}
    try:
        cloud.read(Call("s3", "HeadBucket", asked, target.region))
    except NotFound as caught:
        raise unknown(target) from caught


def policy(cloud: Cloud, target: Target) -> dict[str, Any] | None:
    """Return the bucket's policy, None where it has none."""
    text = setting(cloud, target, "GetBucketPolicy", "Policy")
    document: dict[str, Any] | None = None if text is None else json.loads(text)
    return document
