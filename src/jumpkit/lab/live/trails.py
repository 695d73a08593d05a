"""Which calls a trail writes down, asked of the emulator's own trails at the moment of the call."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.cloudtrail.models import cloudtrail_backends
from moto.organizations.models import organizations_backends

from jumpkit.lab.live.spelling import table

if TYPE_CHECKING:
    from collections.abc import Callable

_GLOBAL = {"iam", "organizations", "cloudfront", "route53", "sts-global"}


@dataclass(frozen=True, slots=True)
class Event:
    """What of a call decides whether a trail has it."""

    account: str
    region: str
    service: str  # as the SDK names it
    operation: str
    read_only: bool
    resources: tuple[str, ...]  # ARNs, of calls on data


def data_type(service: str, operation: str) -> str | None:
    """Return the type of resource on whose data a call works, None where it works on no data."""
    return _types().get((service, operation))


@functools.cache
def _types() -> dict[tuple[str, str], str]:
    kinds: dict[str, list[str]] = table()["data"]
    pairs = ((name.split(), kind) for kind, names in kinds.items() for name in names)
    return {(service, operation): kind for (service, operation), kind in pairs}


def is_global(service: str) -> bool:
    """Return whether a service's calls are written in the region where the world's things are kept."""
    return service in _GLOBAL


def delivered_in(event: Event) -> str | None:
    """Return the region under which a trail that is logging right now files this event, None where none has it."""
    found = [
        event.region if trail.is_multi_region else trail.region_name
        for trail in _trails()
        if trail.status.is_logging and _covers(trail, event) and _selects(trail, event)
    ]
    return str(found[0]) if found else None


def _trails() -> list[Any]:
    return [
        trail
        for _, regions in list(cloudtrail_backends.items())
        for backend in list(regions.values())
        for trail in list(backend.trails.values())
    ]


def _covers(trail: Any, event: Event) -> bool:
    own = trail.account_id == event.account
    member = trail.is_org_trail and _master(event.account) == trail.account_id
    if not (own or member):
        return False
    if is_global(event.service):
        return bool(trail.include_global_service_events)
    return bool(trail.is_multi_region or trail.region_name == event.region)


def _master(account: str) -> str | None:
    held = organizations_backends.master_accounts.get(account)
    return held[0] if held else None


def _selects(trail: Any, event: Event) -> bool:
    kind = data_type(event.service, event.operation)
    if trail.advanced_event_selectors:
        return any(_advanced(selector, event, kind) for selector in trail.advanced_event_selectors)
    if trail.event_selectors:
        return any(_basic(selector, event, kind) for selector in trail.event_selectors)
    return kind is None


def _basic(selector: dict[str, Any], event: Event, kind: str | None) -> bool:
    wanted = selector.get("ReadWriteType", "All")
    if wanted != "All" and (wanted == "ReadOnly") is not event.read_only:
        return False
    if kind is None:
        excluded = selector.get("ExcludeManagementEventSources") or []
        return bool(selector.get("IncludeManagementEvents", True)) and f"{event.service}.amazonaws.com" not in excluded
    resources = selector.get("DataResources") or []
    values = [value for each in resources if each.get("Type") == kind for value in each.get("Values", [])]
    return any(arn.startswith(value) for arn in event.resources for value in values)


_COMPARED: dict[str, Callable[[list[str], list[str]], bool]] = {
    "Equals": lambda held, given: any(value in given for value in held),
    "NotEquals": lambda held, given: all(value not in given for value in held),
    "StartsWith": lambda held, given: any(value.startswith(tuple(given)) for value in held),
    "NotStartsWith": lambda held, given: not any(value.startswith(tuple(given)) for value in held),
    "EndsWith": lambda held, given: any(value.endswith(tuple(given)) for value in held),
    "NotEndsWith": lambda held, given: not any(value.endswith(tuple(given)) for value in held),
}


def _advanced(selector: dict[str, Any], event: Event, kind: str | None) -> bool:
    """Return whether all conditions of an advanced selector hold."""
    known: dict[str, list[str]] = {
        "eventCategory": ["Data" if kind else "Management"],
        "resources.type": [kind] if kind else [],
        "resources.ARN": list(event.resources),
        "readOnly": [str(event.read_only).lower()],
        "eventName": [event.operation],
        "eventSource": [f"{event.service}.amazonaws.com"],
    }
    return all(
        compare(known.get(condition["Field"], []), condition[how])
        for condition in selector.get("FieldSelectors", [])
        for how, compare in _COMPARED.items()
        if condition.get(how)
    )
