"""An inactive key opens nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.lab.claiming import refused
from jumpkit.model.action import Call

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.model.action import Cloud

CLAIM = "a request signed with an inactive access key is refused"


def holds(cloud: Cloud, other: Callable[[str, str], Cloud], name: str) -> bool:
    """Make a key, set it to inactive, and use it."""
    cloud.change(Call("iam", "CreateUser", {"UserName": name}))
    key = cloud.change(Call("iam", "CreateAccessKey", {"UserName": name})).body["AccessKey"]
    told = {"UserName": name, "AccessKeyId": key["AccessKeyId"]}
    cloud.change(Call("iam", "UpdateAccessKey", told | {"Status": "Inactive"}))
    held = refused(other(key["AccessKeyId"], key["SecretAccessKey"]), Call("sts", "GetCallerIdentity"))
    cloud.change(Call("iam", "DeleteAccessKey", told))
    cloud.change(Call("iam", "DeleteUser", {"UserName": name}))
    return held
