"""A user in foreign hands: keys, password and sessions stop by one denial; the keys are disabled beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.model.action import Call, Target
from jumpkit.respond.looking import listed
from jumpkit.respond.options import Advice, Option
from jumpkit.respond.plans import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.model.action import Cloud


def advise(cloud: Cloud, target: Target, known: Mapping[str, Any]) -> Advice:
    """Return what can be done about a user."""
    del known
    keys = listed(cloud, Call("iam", "ListAccessKeys", {"UserName": target.uid}), "AccessKeyMetadata")
    active = [each["AccessKeyId"] for each in keys if each["Status"] == "Active"]
    here = Target("account", target.account, target.account)
    history = Wanted("aws/collect_events", Target("trace", target.uid, target.account), {"by": "Username"})
    deny = Option(
        "user",
        f"Deny the user {target.uid} everything?",
        "Keys, password and the sessions made with them stop at once.",
        "Everything that works as this user stops. Roles that it took are not touched.",
        (Wanted("aws/deny_user", target),),
    )
    disable = Option(
        "keys",
        f"Disable its {len(active)} active keys?",
        "They stay useless even if somebody takes the denial away.",
        "Whatever works with them stops until it gets others.",
        tuple(
            Wanted("aws/disable_access_key", Target("access_key", each, target.account, details={"user": target.uid}))
            for each in active
        ),
    )
    options = (deny, disable) if active else (deny,)
    return Advice((Wanted("aws/describe_iam", here), history), options)
