"""Who may take a role on: named principals with the external id, for a case that the session carries as a tag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jumpkit.respond.roles.functions import Function

Json = dict[str, Any]
CASE_TAG = "jumpkit:case"


@dataclass(frozen=True, slots=True)
class Trust:
    """Who is trusted: ARNs of roles or users of the responders' account, and the id that they must say."""

    principals: tuple[str, ...]
    external_id: str


def trust_policy(function: Function, trust: Trust) -> Json:
    """Return the trust policy of a role.

    A session must carry its case as a tag and in its name, and no other tag, so that all that is logged of it tells
    the case. The name cannot be asked for where tags are allowed: STS does not tell it there.
    """
    tagged: Json = {
        "StringLike": {f"aws:RequestTag/{CASE_TAG}": "C-*"},
        "ForAllValues:StringEquals": {"aws:TagKeys": [CASE_TAG]},
    }
    named = {"sts:RoleSessionName": f"*${{aws:RequestTag/{CASE_TAG}}}*"}
    said: Json = {**tagged, "StringLike": {**tagged["StringLike"], **named}}
    said["StringEquals"] = {"sts:ExternalId": trust.external_id}
    if function.mfa:
        said["Bool"] = {"aws:MultiFactorAuthPresent": "true"}
    names = {"AWS": sorted(trust.principals)}
    allow = {"Effect": "Allow", "Principal": names}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Assume", **allow, "Action": "sts:AssumeRole", "Condition": said},
            {"Sid": "Tag", **allow, "Action": "sts:TagSession", "Condition": tagged},
        ],
    }
