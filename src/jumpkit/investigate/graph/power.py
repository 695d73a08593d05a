"""What a credential may do and did, as far as its calls and the policies seen in the logs or in snapshots say."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.identity import KEY
from jumpkit.investigate.provider import CALLS, provider, reads
from jumpkit.investigate.touched import READ, Grip, grips_table
from jumpkit.kit.refusals import REFUSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.store.lake.read import Lake

POWERS = ("administrator", "rights", "credentials", "changes", "contents", "reads", "unknown")  # strongest first
_MOST = 40  # operations that are listed

_DID = f"""
SELECT g.number, api.service.name, api.operation, {READ}, coalesce({reads("contents")}, false),
       count(*) FILTER (status_code IS NULL), count(*) FILTER (regexp_matches(status_code, '{REFUSED}')), count(*),
       min({{'t': time, 'u': metadata.uid}}).u, max({{'t': time, 'u': metadata.uid}}).u, max(time)
FROM events e JOIN grips g ON coalesce(e.principal.uid, 'unknown') = g.uid
  AND e.principal.session IS NOT DISTINCT FROM g.session
  AND {KEY.replace("actor", "e.actor")} IS NOT DISTINCT FROM g.key
WHERE {CALLS} AND (g.everywhere OR e.src_endpoint.ip IS NULL OR list_contains(g.ips, e.src_endpoint.ip))
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 8 DESC, 2, 3, 4, 5
"""  # noqa: S608 - constants
_POLICIES = f"""
SELECT metadata.uid, api.operation, api.request.data FROM events
WHERE {CALLS} AND api.operation IN ('AttachRolePolicy', 'PutRolePolicy', 'AttachUserPolicy', 'PutUserPolicy')
  AND status_code IS NULL AND cloud.account.uid IS NOT DISTINCT FROM ? ORDER BY time, metadata.uid
"""  # noqa: S608 - a constant
_CONFIG = """
SELECT metadata.uid, resource.data FROM events
WHERE metadata.log_name = 'aws/config' AND resource.type IN ('AWS::IAM::Role', 'AWS::IAM::User')
  AND cloud.account.uid IS NOT DISTINCT FROM ? AND (resource.name = ? OR ends_with(resource.uid, '/' || ?))
ORDER BY time, metadata.uid
"""


@dataclass(slots=True)
class Power:
    """The strongest thing that is known of a credential, what says so, and its calls."""

    power: str = "unknown"
    basis: str = "no call with it and no policy of it is in the case"
    events: set[str] = field(default_factory=set)
    did: list[dict[str, Any]] = field(default_factory=list)
    more_did: int = 0
    calls: int = 0
    last: int | None = None

    def raise_to(self, power: str, basis: str, events: Sequence[str]) -> None:
        """Take a stronger word for a weaker one."""
        if POWERS.index(power) < POWERS.index(self.power):
            self.power, self.basis = power, basis
            self.events.update(events)


def did(lake: Lake, grips: Sequence[Grip]) -> list[Power]:
    """Return what each credential did, and the power that shows."""
    found = [Power() for _ in grips]
    if not grips:
        return found
    with lake.lent(grips=grips_table(grips)):
        rows = lake.query(_DID)
    for number, service, operation, is_read, contents, done, refused, calls, first, last, at in rows:
        power = found[number]
        power.calls += calls
        power.last = max(power.last or at, at)
        if len(power.did) < _MOST:
            told = {"service": service, "operation": operation, "calls": calls, "done": done, "refused": refused}
            power.did.append(told | {"events": sorted({first, last})})
        else:
            power.more_did += 1
        if done:
            shown = _shown(service, operation, is_read, contents)
            power.raise_to(shown, f"{operation} succeeded", [first])
    return found


def _shown(service: str | None, operation: str, is_read: bool, contents: bool) -> str:  # noqa: FBT001 - a row's columns
    """Return the power that one successful call shows."""
    known = provider()["powers"]
    if service in known["rights"] and not is_read:
        return "rights"
    if operation in known["credentials"]:
        return "credentials"
    if not is_read:
        return "changes"
    return "contents" if contents else "reads"


def by_policies(lake: Lake, power: Power, account: str | None, name: str | None) -> None:
    """Raise a power by the policies that calls gave the role or user, or that snapshots show."""
    if name is None:
        return
    for event, operation, request in lake.query(_POLICIES, [account]):
        said = _object(request)
        if name in (said.get("roleName"), said.get("userName")):
            strong = _strong(said)
            if strong is not None:
                power.raise_to("administrator", f"{operation} gave it {strong}", [event])
    for event, data in lake.query(_CONFIG, [account, name, name]):
        for policy in _attached(_object(data)):
            if policy in provider()["powers"]["policies"]:
                power.raise_to("administrator", f"a snapshot of its configuration shows {policy}", [event])


def _strong(said: dict[str, Any]) -> str | None:
    """Return the name of a policy that gives everything, None where it gives less or that cannot be told."""
    policy = str(said.get("policyArn") or "").rpartition("/")[2]
    if policy in provider()["powers"]["policies"]:
        return policy
    document = said.get("policyDocument")
    statements = _object(document).get("Statement") if isinstance(document, str) else None
    for each in statements if isinstance(statements, list) else [statements]:
        if isinstance(each, dict) and each.get("Effect") == "Allow" and "*" in _texts(each.get("Action")):
            return "an inline policy that allows everything"
    return None


def _attached(said: dict[str, Any]) -> list[str]:
    """Return the names of the managed policies in a snapshot of a role or user."""
    listed = said.get("attachedManagedPolicies")
    names = [each.get("policyName") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return [name for name in names if isinstance(name, str)]


def _object(text: object) -> dict[str, Any]:
    """Return a JSON object, empty where the text is none."""
    try:
        said = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _texts(value: object) -> list[str]:
    """Return a text or a list of texts as a list."""
    if isinstance(value, str):
        return [value]
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
