"""What trails recorded and when, by the calls that set them and by snapshots of configuration; absent is unknown."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.coverage.selectors import DEFAULT, Selector, selectors_of
from jumpkit.investigate.identity import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jumpkit.store.lake.read import Lake

_CALLS = (
    "CreateTrail", "UpdateTrail", "DeleteTrail", "PutEventSelectors", "GetEventSelectors", "StartLogging",
    "StopLogging", "GetTrailStatus", "GetTrail", "DescribeTrails",
)  # fmt: skip
_LARGEST = 1_000_000  # characters of a request or answer that are looked into
_SAID = f"""
SELECT time, metadata.uid, cloud.account.uid, cloud.region, api.operation,
       CASE WHEN length(api.request.data) <= {_LARGEST} THEN api.request.data END,
       CASE WHEN length(api.response.data) <= {_LARGEST} THEN api.response.data END
FROM events WHERE api.operation IN ({listed(_CALLS)}) AND api.service.name = 'cloudtrail.amazonaws.com'
  AND status_code IS NULL
UNION ALL
SELECT time, metadata.uid, cloud.account.uid, cloud.region, 'Config', json_object('name', resource.name),
       CASE WHEN length(resource.data) <= {_LARGEST} THEN resource.data END
FROM events WHERE resource.type = 'AWS::CloudTrail::Trail'
ORDER BY 1, 2
"""  # noqa: S608 - constants


_ARN = re.compile(r"arn:[a-z-]+:cloudtrail:([a-z0-9-]+):(\d{12}):trail/(.+)")


@dataclass(frozen=True, slots=True)
class Setting:
    """How a trail stood from `time` on; None is not known."""

    time: int
    event: str
    told_by: str  # the call, or Config
    selectors: tuple[Selector, ...] | None = None
    logging: bool | None = None
    multi_region: bool | None = None
    organization: bool | None = None
    validated: bool | None = None
    gone: bool = False


@dataclass(slots=True)
class Trail:
    """One trail of an account with its settings in order of time."""

    account: str | None
    region: str | None  # where it lives
    name: str
    settings: list[Setting] = field(default_factory=list)

    def during(self, since: int, until: int) -> list[Setting]:
        """Return the setting that held at `since`, if one is known, and those that followed up to `until`."""
        before = [setting for setting in self.settings if setting.time <= since]
        return [*before[-1:], *(setting for setting in self.settings if since < setting.time <= until)]

    def known_throughout(self, since: int, until: int) -> bool:
        """Return whether its selectors are known for all of the span, and it was neither stopped nor removed."""
        held = self.during(since, until)
        return (
            bool(held)
            and held[0].time <= since
            and all(
                setting.selectors is not None and setting.logging is not False and not setting.gone for setting in held
            )
        )

    def off(self) -> list[tuple[int, int | None]]:
        """Return when it was stopped or gone, as (from, to or None)."""
        found: list[tuple[int, int | None]] = []
        since: int | None = None
        for setting in self.settings:
            if setting.logging is False and since is None:
                since = setting.time
            elif setting.logging and since is not None:
                found.append((since, setting.time))
                since = None
        return found if since is None else [*found, (since, None)]


@dataclass(frozen=True, slots=True)
class Trails:
    """All trails that the case tells of."""

    trails: tuple[Trail, ...]

    def of(self, account: str | None) -> list[Trail]:
        """Return the trails of an account; an organization's trail counts for every account."""
        return [
            trail
            for trail in self.trails
            if trail.account == account or any(setting.organization for setting in trail.settings)
        ]

    def logged(
        self, account: str | None, region: str | None, span: tuple[int, int], ask: Mapping[str, Any]
    ) -> list[str]:
        """Return the events that show some trail to have recorded what is asked for throughout, empty where none does.

        `ask` is {"type", "arn"} for data events or {"source", "reads"} for management events.
        """
        for trail in self.of(account):
            if not trail.known_throughout(*span):
                continue
            held = trail.during(*span)
            everywhere = all(setting.multi_region for setting in held) or (
                region is not None and trail.region == region
            )
            if everywhere and all(_asked(setting, ask) for setting in held):
                return [setting.event for setting in held]
        return []


def _asked(setting: Setting, ask: Mapping[str, Any]) -> bool:
    """Return whether one setting records what is asked for."""
    if "type" in ask:
        return any(each.takes_in(ask["type"], ask["arn"]) for each in setting.selectors or ())
    return any(each.takes_in_calls(ask["source"], reads=ask["reads"]) for each in setting.selectors or ())


def read_trails(lake: Lake) -> Trails:
    """Return the trails of the case, each setting built on the one before."""
    found: dict[tuple[str | None, str], Trail] = {}
    for time, event, account, region, operation, request, response in lake.query(_SAID):
        for named, said in _trails_in(operation, _object(request), _object(response)):
            owner, home, name = _whose(named, account, said.get("homeRegion") or region)
            trail = found.setdefault((owner, name), Trail(owner, home, name))
            last = trail.settings[-1] if trail.settings and not trail.settings[-1].gone else Setting(time, event, "")
            trail.settings.append(_follows(replace(last, time=time, event=event, told_by=operation), operation, said))
    return Trails(tuple(found[place] for place in sorted(found, key=lambda place: (place[0] or "", place[1]))))


def _whose(named: str, account: str | None, region: str | None) -> tuple[str | None, str | None, str]:
    """Return account, home region and name of a trail; an ARN knows better than the call that names it.

    >>> _whose("arn:aws:cloudtrail:eu-west-1:111122223333:trail/main", "444455556666", None)
    ('111122223333', 'eu-west-1', 'main')
    """
    found = _ARN.fullmatch(named)
    return (found.group(2), found.group(1), found.group(3)) if found else (account, region, named)


def _trails_in(
    operation: str, request: dict[str, Any], response: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (ARN or name, what is said of it) for each trail that a call or snapshot tells of."""
    listed_in = response.get("trailList")
    many = listed_in if isinstance(listed_in, list) else []
    trail = response.get("trail")
    one = trail if isinstance(trail, dict) else {}
    for said in [*many, {**request, **one, **response}] if operation != "DescribeTrails" else many:
        if not isinstance(said, dict):
            continue
        named = next((said[key] for key in ("trailARN", "name", "trailName") if isinstance(said.get(key), str)), None)
        if named:
            yield named, said


_STATES: dict[str, dict[str, Any]] = {
    "StartLogging": {"logging": True},
    "StopLogging": {"logging": False},
    "DeleteTrail": {"gone": True, "logging": False},
}


def _follows(setting: Setting, operation: str, said: Mapping[str, Any]) -> Setting:
    """Return the setting after one call."""
    changes: dict[str, Any] = dict(_STATES.get(operation, {}))
    for name, keys in (
        ("multi_region", ("isMultiRegionTrail",)),
        ("organization", ("isOrganizationTrail",)),
        ("validated", ("logFileValidationEnabled", "enableLogFileValidation")),
        ("logging", ("isLogging",)),
    ):
        changes.update((name, said[key]) for key in keys if isinstance(said.get(key), bool))
    selectors = selectors_of(said)
    if selectors is None and operation == "CreateTrail":
        selectors = DEFAULT
    if selectors is not None:
        changes["selectors"] = selectors
    return replace(setting, **changes)


def _object(text: str | None) -> dict[str, Any]:
    """Return a JSON object with names as calls have them (first letter small), empty where it is none."""
    try:
        value = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}  # the setting is then not known
    return _small(value) if isinstance(value, dict) else {}


def _small(value: Any) -> Any:
    """Return the value with the first letter of every name small; CloudFormation's spelling becomes the calls'."""
    if isinstance(value, dict):
        return {f"{key[:1].lower()}{key[1:]}": _small(item) for key, item in value.items()}
    return [_small(item) for item in value] if isinstance(value, list) else value
