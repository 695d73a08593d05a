"""A leaked access key: stop the key, stop the sessions that were made with it, and look at what it did."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jumpkit.model.action import Target
from jumpkit.respond.options import Advice, Option
from jumpkit.respond.plans import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.model.action import Cloud


def advise(cloud: Cloud, target: Target, known: Mapping[str, Any]) -> Advice:
    """Return what can be done about a user's key."""
    del cloud, known
    user = Target("user", target.details["user"], target.account)
    here = Target("account", target.account, target.account)
    trace = replace(target, kind="trace", details={})
    disable = Option(
        "key",
        f"Disable the key {target.uid} of {user.uid}?",
        "Whoever holds the key can use it no more, from the next request on.",
        "Whatever works with this key stops until it gets another.",
        (Wanted("aws/disable_access_key", target),),
    )
    deny = Option(
        "user",
        f"Deny the user {user.uid} everything?",
        "Sessions that were made with the key, and the user's other keys and password, stop too.",
        "Everything that works as this user stops. Roles that it took are not touched.",
        (Wanted("aws/deny_user", user),),
    )
    roles = "roles that the key took are not found here: triage its events, then jumpkit respond --role NAME for each"
    return Advice((Wanted("aws/describe_iam", here), Wanted("aws/collect_events", trace)), (disable, deny), [roles])
