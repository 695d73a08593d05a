"""Where logging itself was changed within the window, and what its settings leave out, by the calls that set them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.identity import listed
from jumpkit.investigate.moments import moment
from jumpkit.investigate.provider import CALLS
from jumpkit.model.finding import BlindSpot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.store.lake.read import Lake

_OFF = {
    "StopLogging": "logging by trail {} was stopped",
    "DeleteTrail": "trail {} was deleted",
    "DeleteEventDataStore": "event data store {} was deleted",
    "StopEventDataStoreIngestion": "event data store {} stopped taking events in",
    "StopConfigurationRecorder": "the configuration recorder {} was stopped",
    "DeleteConfigurationRecorder": "the configuration recorder {} was deleted",
    "DeleteDetector": "GuardDuty's detector {} was deleted",
    "DeleteFlowLogs": "flow logs {} were deleted",
    "DeleteLogGroup": "log group {} was deleted",
    "DeleteLogStream": "log stream {} was deleted",
    "DisableSecurityHub": "Security Hub {} was switched off",
    "DeleteMembers": "members {} were cut off from their administrator",
    "DisassociateFromMasterAccount": "the account {} was cut off from its administrator",
    "DisassociateFromAdministratorAccount": "the account {} was cut off from its administrator",
}
_ON = {
    "StartLogging": "StopLogging",
    "CreateTrail": "DeleteTrail",
    "StartEventDataStoreIngestion": "StopEventDataStoreIngestion",
    "RestoreEventDataStore": "DeleteEventDataStore",
    "StartConfigurationRecorder": "StopConfigurationRecorder",
    "PutConfigurationRecorder": "DeleteConfigurationRecorder",
    "CreateDetector": "DeleteDetector",
    "EnableSecurityHub": "DisableSecurityHub",
}
_CHANGED = ("UpdateTrail", "PutEventSelectors", "PutInsightSelectors", "UpdateEventDataStore", "UpdateDetector")
_NAMES = [
    "name",
    "trailName",
    "trailARN",
    "eventDataStore",
    "configurationRecorderName",
    "detectorId",
    "logGroupName",
    "logStreamName",
]
_LARGEST = 1_000_000  # characters of a request that are looked into
AFFECTS = ("timeline", "scope", "who", "data loss")

CHANGES = f"""
SELECT time, metadata.uid, cloud.account.uid, cloud.region, api.operation, api.service.name,
       CASE WHEN length(api.request.data) <= {_LARGEST} THEN api.request.data END, principal.name
FROM events WHERE {CALLS} AND api.operation IN ({listed([*_OFF, *_ON, *_CHANGED])}) AND status_code IS NULL
ORDER BY time, metadata.uid
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Change:
    """A call that succeeded in changing what is logged."""

    time: int
    event: str
    account: str | None
    region: str | None
    operation: str
    service: str
    request: dict[str, Any]
    who: str | None

    @property
    def target(self) -> str:
        """Return the name of the trail, store, detector or group, a trail's without its ARN; empty where unsaid."""
        for name in _NAMES:
            value = self.request.get(name)
            if isinstance(value, str) and value:
                return value.rpartition(":trail/")[2] if value.startswith("arn:") else value
        return ""


def switches(lake: Lake) -> list[BlindSpot]:
    """Return when logging was off or changed, from the calls that did so, and what selectors leave out."""
    changes = [
        Change(time, event, account, region, operation, service or "", _object(request), who)
        for time, event, account, region, operation, service, request, who in lake.query(CHANGES)
    ]
    spots: list[BlindSpot] = []
    again: dict[tuple[str, str | None, str], Change] = {}  # the next call that switches the same thing on
    ends: dict[tuple[str | None, str | None, str], Change] = {}  # next to set a trail whole, or remove it
    for change in reversed(changes):
        thing = change.account, change.region, change.target
        if change.operation in _ON:
            again[_ON[change.operation], change.account, change.target] = change
        elif change.operation in _OFF:
            spots.append(_off(change, again.get((change.operation, change.account, change.target))))
        else:
            spots.extend(_changed(change, ends.get(thing) if change.target else None))
        if change.operation == "DeleteTrail" or _whole(change):
            ends[thing] = change
    return spots[::-1]


def _object(text: str | None) -> dict[str, Any]:
    """Return the request as an object, empty where it is none."""
    try:
        value = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}  # the change itself is told without its particulars
    return value if isinstance(value, dict) else {}


def _off(change: Change, again: Change | None) -> BlindSpot:
    """Return the stretch for which something was off."""
    what = " ".join(_OFF[change.operation].format(change.target).split())
    end = "nothing in the case switches it on again" if again is None else f"{again.operation} switched it on again"
    because = (
        f"{change.operation} by {change.who or 'unknown'} succeeded (event {change.event}): {what}, and {end}. "
        "What it alone recorded is missing."
    )
    until = None if again is None else moment(again.time)
    return BlindSpot("logging_off", change.account, change.region, moment(change.time), until, AFFECTS, because)


def _whole(change: Change) -> bool:
    """Return whether selectors were set that record every management event."""
    if change.operation != "PutEventSelectors":
        return False
    return any(
        selector.get("includeManagementEvents") is True
        and selector.get("readWriteType") == "All"
        and not selector.get("excludeManagementEventSources")
        for selector in _objects(change.request.get("eventSelectors"))
    )


def _changed(change: Change, end: Change | None) -> Iterator[BlindSpot]:
    """Yield the change, and each thing that the new settings leave out; selectors hold until whole or removed."""
    if change.operation != "PutEventSelectors":
        end = end if end is not None and end.operation == "DeleteTrail" else None
    until = None if end is None else moment(end.time)
    ended = "" if end is None else f" {end.operation} ended that (event {end.event})."
    said = f"{change.operation} by {change.who or 'unknown'} on {change.target or 'an unnamed trail'}"
    because = f"{said} succeeded (event {change.event}): from then on other events may be recorded than before.{ended}"
    since = moment(change.time)
    yield BlindSpot("logging_changed", change.account, change.region, since, until, AFFECTS, because)
    for left_out, affects in sorted(set(_left_out(change.request))):
        because = f"{said} leaves out {left_out} (event {change.event}).{ended}"
        yield BlindSpot("excluded_events", change.account, change.region, since, until, affects, because)


_Left = tuple[str, tuple[str, ...]]


def _left_out(request: dict[str, Any]) -> Iterator[_Left]:
    """Yield what the settings exclude, and which answers that weakens."""
    for selector in _objects(request.get("eventSelectors")):
        yield from _by_selector(selector)
    for selector in _objects(request.get("advancedEventSelectors")):
        for rule in _objects(selector.get("fieldSelectors")):
            yield from _by_field(rule)
    if request.get("isMultiRegionTrail") is False:
        yield "regions other than the trail's own", ("scope",)
    if request.get("includeGlobalServiceEvents") is False:
        yield "events of global services (IAM, STS, CloudFront)", ("who", "scope")


def _by_selector(selector: dict[str, Any]) -> Iterator[_Left]:
    """Yield what a basic selector excludes."""
    for source in _texts(selector.get("excludeManagementEventSources")):
        yield f"management events of {source}", ("data loss", "timeline")
    if selector.get("includeManagementEvents") is False:
        yield "management events", AFFECTS
    if selector.get("readWriteType") == "WriteOnly":
        yield "reads", ("who", "scope")
    if selector.get("readWriteType") == "ReadOnly":
        yield "changes", ("scope", "persistence")


def _by_field(rule: dict[str, Any]) -> Iterator[_Left]:
    """Yield what a field of an advanced selector excludes."""
    for value in (*_texts(rule.get("notEquals")), *_texts(rule.get("notStartsWith"))):
        yield f"events whose {rule.get('field')} is {value}", ("data loss", "timeline", "scope")
    if rule.get("field") == "readOnly":
        reads = "false" in _texts(rule.get("equals"))
        yield ("reads" if reads else "changes"), ("who", "scope")


def _objects(value: object) -> list[dict[str, Any]]:
    """Return the objects in a list, nothing where it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    """Return the texts in a list, nothing where it is no list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
