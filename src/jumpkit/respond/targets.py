"""Completes what a person names by what the provider's inventory says of it: the key's user, the thing's region."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jumpkit.kit.errors import Denied, NotFound
from jumpkit.model.action import Call, Cloud, Target
from jumpkit.respond.looking import unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


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
    try:
        body = cloud.read(Call("iam", "GetAccessKeyLastUsed", {"AccessKeyId": target.uid})).body
    except (NotFound, Denied) as caught:
        raise unknown(target) from caught
    if not body.get("UserName"):
        raise unknown(target)
    return replace(target, details={**target.details, "user": body["UserName"]})


_FINDERS: Mapping[str, Callable[[Cloud, Target], Target]] = {"access_key": _access_key}
