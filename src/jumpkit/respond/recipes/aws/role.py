"""A role whose sessions are in foreign hands: end the sessions, and if need be let nobody take it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.model.action import Target
from jumpkit.respond.options import Advice, Option
from jumpkit.respond.plans import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.model.action import Cloud


def advise(cloud: Cloud, target: Target, known: Mapping[str, Any]) -> Advice:
    """Return what can be done about a role."""
    del cloud, known
    here = Target("account", target.account, target.account)
    history = Wanted("aws/collect_events", Target("trace", target.uid, target.account), {"by": "ResourceName"})
    revoke = Option(
        "sessions",
        f"Revoke the sessions of {target.uid} that exist now?",
        "Credentials that were issued until now are useless, wherever they lie.",
        "Workloads on the role fail until they fetch new credentials, most of them within minutes.",
        (Wanted("aws/revoke_role_sessions", target),),
    )
    freeze = Option(
        "trust",
        f"Let nobody take {target.uid} any more?",
        "No new session is issued, whoever asks.",
        "Workloads on the role fail for good until this is taken back.",
        (Wanted("aws/freeze_role_trust", target),),
        default=False,
    )
    return Advice((Wanted("aws/describe_iam", here), history), (revoke, freeze))
