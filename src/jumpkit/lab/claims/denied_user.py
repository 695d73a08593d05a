"""A denial of everything denies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.lab.claiming import refused
from jumpkit.model.action import Call

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.model.action import Cloud

CLAIM = "a call of a user whose policy denies everything is refused"
_DENIED = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}


def holds(cloud: Cloud, other: Callable[[str, str], Cloud], name: str) -> bool:
    """Make a user, deny it everything, and call as it."""
    cloud.change(Call("iam", "CreateUser", {"UserName": name}))
    key = cloud.change(Call("iam", "CreateAccessKey", {"UserName": name})).body["AccessKey"]
    policy = {"UserName": name, "PolicyName": name}
    cloud.change(Call("iam", "PutUserPolicy", policy | {"PolicyDocument": _DENIED}))
    held = refused(other(key["AccessKeyId"], key["SecretAccessKey"]), Call("s3", "ListBuckets"))
    cloud.change(Call("iam", "DeleteUserPolicy", policy))
    cloud.change(Call("iam", "DeleteAccessKey", {"UserName": name, "AccessKeyId": key["AccessKeyId"]}))
    cloud.change(Call("iam", "DeleteUser", {"UserName": name}))
    return held
