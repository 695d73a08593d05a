"""Which machine, function or pod a role's session belongs to, and which addresses are known to be its own."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.investigate.provider import CALLS, provider

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.investigate.graph.issued import Issuance
    from jumpkit.investigate.identity import Identity
    from jumpkit.store.lake.read import Lake

_INSTANCE = r"i-(?:[0-9a-f]{17}|[0-9a-f]{8})"

_OWN = f"""
SELECT api.operation, metadata.uid, cloud.region, api.request.data, api.response.data FROM events
WHERE {CALLS} AND api.operation IN ('RunInstances', 'AssociateAddress') AND status_code IS NULL
  AND api.service.name = 'ec2.amazonaws.com' ORDER BY time, metadata.uid
"""  # noqa: S608 - a constant

_CONFIG = r"""
SELECT resource.name, metadata.uid, cloud.region,
       regexp_extract_all(resource.data, '"(?:publicIp|publicIpAddress|privateIpAddress)"\s*:\s*"([0-9a-fA-F.:]+)"', 1)
FROM events
WHERE metadata.log_name = 'aws/config' AND resource.type = 'AWS::EC2::Instance' AND resource.data IS NOT NULL
ORDER BY time, metadata.uid
"""
_ADDRESS = re.compile(r'"(?:publicIp|publicIpAddress|privateIpAddress|ipAddress)"\s*:\s*"([0-9a-fA-F.:]+)"')


@dataclass(frozen=True, slots=True)
class Home:
    """Where a credential belongs: its kind, its name where it has one, and how that is known."""

    kind: str
    name: str | None
    why: str
    region: str | None
    own: frozenset[str] = frozenset()  # addresses that are known to be its own


@dataclass(frozen=True, slots=True)
class Machine:
    """What launches, address assignments and snapshots say of an instance."""

    region: str | None
    own: frozenset[str]
    events: tuple[str, ...]


def machines(lake: Lake) -> dict[str, Machine]:
    """Return what the case says of each instance that is launched, given an address or described in it."""
    if "machines" not in lake.remembered:
        found: dict[str, Machine] = {}
        for operation, event, region, request, response in lake.query(_OWN):
            for name, own in _launched(response) if operation == "RunInstances" else _given(request):
                _add(found, name, Machine(region, frozenset(own), (event,)))
        for name, event, region, own in lake.query(_CONFIG):
            _add(found, str(name or "").rpartition("/")[2], Machine(region, frozenset(own), (event,)))
        lake.remembered["machines"] = found
    known: dict[str, Machine] = lake.remembered["machines"]
    return known


def _add(found: dict[str, Machine], name: str, said: Machine) -> None:
    """Join what one event says of a machine with what is known."""
    held = found.get(name)
    if held is not None:
        said = Machine(held.region or said.region, held.own | said.own, (*held.events, *said.events)[:20])
    found[name] = said


def _launched(response: str | None) -> list[tuple[str, set[str]]]:
    """Return instances and their private addresses from the answer to a launch."""
    try:
        said = json.loads(response or "null")
    except ValueError:
        return []
    items = said.get("instancesSet", {}) if isinstance(said, dict) else {}
    items = items.get("items", []) if isinstance(items, dict) else []
    return [
        (item["instanceId"], set(_ADDRESS.findall(json.dumps(item))))
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, dict) and isinstance(item.get("instanceId"), str)
    ]


def _given(request: str | None) -> list[tuple[str, set[str]]]:
    """Return the instance that a request gives a public address."""
    name = re.search(rf'"instanceId"\s*:\s*"({_INSTANCE})"', request or "")
    address = re.search(r'"publicIp"\s*:\s*"([0-9a-fA-F.:]+)"', request or "")
    return [(name.group(1), {address.group(1)})] if name and address else []


def home_of(
    identity: Identity, issued: Mapping[str, Issuance], callers: Mapping[str, str], known: Mapping[str, Machine]
) -> Home | None:
    """Return where a role's session belongs, None where it is no workload's; `callers`: kind by principal."""
    if identity.kind != "role" or identity.linked or identity.sso:
        return None
    issue = issued.get(identity.key or "")
    caller = (issue.caller[0] or "") if issue is not None else ""
    if issue is not None and callers.get(caller) == "service":
        return _handed_out(identity, caller.partition(":")[2], issue, known)
    if issue is not None and issue.operation == "AssumeRoleWithWebIdentity" and "oidc.eks." in caller:
        return Home("pod", identity.session, "a token of the cluster's service account was traded for it", issue.region)
    if identity.instance:
        why = "the session is named after the instance; the call that issued it is not in the logs"
        return _instance(identity.session, why, issue, known)
    if identity.workload is not None:
        kind = {"lambda": "function", "ecs": "container task"}[identity.workload]
        return Home(kind, identity.session, "its agent claims so", None)
    return None


def _handed_out(identity: Identity, service: str, issue: Issuance, known: Mapping[str, Machine]) -> Home | None:
    """Return the workload for which one of the provider's services took the role."""
    homes: dict[str, str] = provider()["homes"]
    kind, why = homes.get(service), f"{service} took the role for it (event {issue.event})"
    if kind == "instance":
        return _instance(identity.session, why, issue, known)
    return None if kind is None else Home(kind, identity.session, why, issue.region)


def _instance(name: str | None, why: str, issue: Issuance | None, known: Mapping[str, Machine]) -> Home:
    """Return an instance with what is known of it."""
    machine = known.get(name or "")
    region = machine.region if machine is not None else None
    if region is None and issue is not None:
        region = issue.region
    return Home("instance", name, why, region, machine.own if machine is not None else frozenset())
