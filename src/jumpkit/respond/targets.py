"""Completes what a person names by what the provider's inventory says of it: the key's user, the thing's region."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from jumpkit.kit.errors import BadUsage, Denied, NotFound, ProviderError
from jumpkit.model.action import Call, Cloud, Target
from jumpkit.respond.looking import unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


_TEMPORARY = "ASIA"


def find(cloud: Cloud, target: Target) -> Target:
    """Return the target with all that its actions need to address it.

    Raises:
        NotFound: the provider does not know it.
        Denied: we may not look it up.

    """
    finder = _FINDERS.get(target.kind)
    return finder(cloud, target) if finder else target


def _access_key(cloud: Cloud, target: Target) -> Target:
    """Find whose key it is; a key of another account answers as denied, which is no target of ours."""
    if "user" in target.details:
        return target
    if target.uid.startswith(_TEMPORARY):
        return _behind(cloud, target)
    try:
        body = cloud.read(Call("iam", "GetAccessKeyLastUsed", {"AccessKeyId": target.uid})).body
    except (BadUsage, Denied) as caught:  # no such key, none of ours, or no key at all
        raise unknown(target) from caught
    if not body.get("UserName"):
        raise unknown(target)
    return replace(target, details={**target.details, "user": body["UserName"]})


def _behind(cloud: Cloud, target: Target) -> Target:
    """Find the role whose session a temporary key is of, in what the event history says of the key's use."""
    asked = {"LookupAttributes": [{"AttributeKey": "AccessKeyId", "AttributeValue": target.uid}]}
    try:
        events = cloud.read(Call("cloudtrail", "LookupEvents", asked, target.region)).body["Events"]
    except ProviderError as caught:
        raise _of_a_session(target) from caught
    for event in events:
        who = json.loads(event["CloudTrailEvent"]).get("userIdentity", {})
        issuer = who.get("sessionContext", {}).get("sessionIssuer", {})
        if issuer.get("type") == "Role" and who.get("accountId") == target.account:
            return Target("role", issuer["userName"], target.account, target.region, {"session_key": target.uid})
    raise _of_a_session(target)


def _of_a_session(target: Target) -> NotFound:
    said = f"{target.uid} is a temporary key, of a session that the event history does not show"
    hint = "jumpkit principals names the role behind it where the logs have it; then --role NAME"
    return NotFound(said, target=target.uid, hint=hint)


_FINDERS: Mapping[str, Callable[[Cloud, Target], Target]] = {"access_key": _access_key}
