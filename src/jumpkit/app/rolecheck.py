"""Tries whether the responders' roles can be taken on in each account, with the id and the case, and not without."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.cloud.aws.calls import Aws
from jumpkit.cloud.aws.door import Access
from jumpkit.kit.errors import BadUsage, Denied, NotFound, ProviderError
from jumpkit.model.action import Call
from jumpkit.prepare.inventory.estate import accounts as listed
from jumpkit.prepare.inventory.estate import caller
from jumpkit.respond.roles.documents import PATH
from jumpkit.respond.roles.functions import FUNCTIONS
from jumpkit.respond.roles.trust import CASE_TAG

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.model.action import Json

_SHORT = 900  # seconds, the shortest session that there is
_CASE = re.compile(r"C-[\w.-]{1,40}", re.ASCII)
Answer = tuple[str, str]  # yes, no or unknown, and why


@dataclass(frozen=True, slots=True)
class Trial:
    """Which role is tried, for which case, in which accounts (none named: the organization's)."""

    function: str
    case: str
    external_id: str
    accounts: tuple[str, ...] = ()
    access: Access = field(default_factory=Access)


def verified(trial: Trial) -> Json:
    """Return roles-verify/1: of each account whether the role was taken on, and whether it asks for the id.

    The sessions are used for nothing and end after a quarter of an hour.

    Raises:
        NotFound: there is no such function.
        BadUsage: the case is no case's id.
        Denied: we may not say who we are.

    """
    if trial.function not in FUNCTIONS:
        raise NotFound(f"there is no role for {trial.function!r}", target=trial.function, hint=", ".join(FUNCTIONS))
    if not _CASE.fullmatch(trial.case):
        raise BadUsage(f"{trial.case!r} is no case", target="--case", hint="C-2026-0001")
    cloud = Aws(trial.access)
    who = caller(cloud)
    gap, names = _accounts(cloud, who.account, trial)
    rows = [_tried(cloud, who.partition, account, trial) for account in names]
    whole = gap is None and all((row["taken_on"], row["asks_for_id"]) == ("yes", "yes") for row in rows)
    body: Json = {"schema": "roles-verify/1", "function": trial.function, "case": trial.case, "caller": who.arn}
    return {**body, "accounts": rows, "not_listed": gap, "whole": whole}


def _accounts(cloud: Aws, own: str, trial: Trial) -> tuple[str | None, list[str]]:
    """Return the accounts, and why the organization's may not be all."""
    if trial.accounts:
        return None, sorted(set(trial.accounts))
    found, gap = listed(cloud, own)
    return (f"{gap.call}: {gap.because}" if gap else None), [each.account for each in found]


def _tried(cloud: Aws, partition: str, account: str, trial: Trial) -> dict[str, Any]:
    name = f"arn:{partition}:iam::{account}:role{PATH}jumpkit-{trial.function}"
    taken, because = _assume(cloud, name, trial, {"ExternalId": trial.external_id})
    stranger, said = (
        ("unknown", "it could not be taken on with it")
        if taken != "yes"
        else _assume(cloud, name, trial, {"ExternalId": f"not-{secrets.token_hex(8)}"})
    )
    asks = {"no": "yes", "yes": "no"}.get(stranger, "unknown")
    return {"account": account, "role": name, "taken_on": taken, "because": because, "asks_for_id": asks, "then": said}


def _assume(cloud: Aws, name: str, trial: Trial, more: Mapping[str, str]) -> Answer:
    """Return whether a role is taken on; what its session could do is thrown away."""
    session = f"{trial.case}-verify"
    tags = [{"Key": CASE_TAG, "Value": trial.case}]
    told = {"RoleArn": name, "RoleSessionName": session, "DurationSeconds": _SHORT, "Tags": tags, **more}
    try:
        body = cloud.read(Call("sts", "AssumeRole", told)).body
    except (Denied, NotFound) as error:
        return "no", error.message
    except ProviderError as error:
        return "unknown", error.message
    became = str(body["AssumedRoleUser"]["Arn"])
    ours = became.endswith(f"/{session}") and f"::{name.split(':')[4]}:" in became
    return ("yes", became) if ours else ("unknown", f"we became {became}")
