"""Looks for what would destroy instances or their evidence by itself; reads only, and keeps nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.app.planning import provider, who_we_are
from jumpkit.model.action import Target
from jumpkit.respond.targets import find
from jumpkit.respond.triggers.find import triggers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.cloud.aws.calls import Aws
    from jumpkit.cloud.aws.door import Access
    from jumpkit.model.action import Json


def look(instances: Sequence[str], access: Access, account: str | None = None) -> Json:
    """Return preserve-check/1: of each instance the triggers, who says so, and which action neutralizes them.

    Raises:
        NotFound: the provider does not know an instance.
        Refused: we are in another account than the one meant.

    """
    cloud = provider(access)
    caller = who_we_are(cloud, account)
    rows = [_one(cloud, Target("instance", uid, caller.account)) for uid in dict.fromkeys(instances)]
    return {"schema": "preserve-check/1", "caller": {"arn": caller.arn, "account": caller.account}, "instances": rows}


def _one(cloud: Aws, target: Target) -> Json:
    found = triggers(cloud, find(cloud, target))
    told = [each.told() for each in found.found]
    whole = all(each["state"] != "unknown" for each in told)
    return {"instance": target.uid, "triggers": told, "whole": whole, "limits": found.limits}
