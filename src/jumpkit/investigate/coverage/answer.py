"""The answer to what is covered: management planes, feeds and trails as items, and each blind spot as a limit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jumpkit.investigate.coverage.feeds import STALE_RULE, Feed, feeds, newest, planes
from jumpkit.investigate.coverage.hidden import Lack, Watch, expected_sources, limit_of
from jumpkit.investigate.coverage.selectors import MANAGEMENT
from jumpkit.investigate.coverage.told import feed_item, plane_item, trail_item
from jumpkit.investigate.coverage.trails import Trail, Trails, read_trails
from jumpkit.investigate.items import at
from jumpkit.investigate.switches import CHANGES
from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import BlindSpot, Picture
    from jumpkit.store.lake.read import Lake

Json = dict[str, Any]
_PLANE = ("who", "scope", "timeline", "persistence")
_TOLD_AS = {  # what is off, by the call that switched it off; others are trails and event data stores
    "DeleteFlowLogs": "flow_logs_off",
    "DeleteLogGroup": "log_group_off",
    "DeleteLogStream": "log_group_off",
    "StopConfigurationRecorder": "recorder_off",
    "DeleteConfigurationRecorder": "recorder_off",
    "DeleteDetector": "detector_off",
    "DisassociateFromMasterAccount": "detector_off",
    "DisassociateFromAdministratorAccount": "detector_off",
    "DeleteMembers": "detector_off",
    "DisableSecurityHub": "hub_off",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """What coverage is judged by beside the logs: the picture, the estate, the rules at hand, and now if asked."""

    picture: Picture
    estate: Estate
    watches: Sequence[Watch]
    now: int | None = None  # ms; None: the newest event of the case


def coverage(lake: Lake, seen: Seen) -> Json:
    """Return items (planes, feeds, trails), limits, the rule for STALE, and whether every plane is covered."""
    found, by_account, trails = feeds(lake), planes(lake), read_trails(lake)
    latest = seen.now if seen.now is not None else newest(found)
    accounts = sorted({*filter(None, (feed.account for feed in found)), *seen.estate.accounts})
    items = [plane_item(account, by_account.get(account), found, latest, seen) for account in accounts]
    if None in by_account:
        items.append(plane_item(None, by_account[None], found, latest, seen))
    short = [item for item in items if item["state"] != "covered"]
    items += [feed_item(feed, latest) for feed in found]
    items += [trail_item(trail) for trail in trails.trails]
    lacks = [
        *_planes(short),
        *_spots(lake, seen.picture.blind_spots, trails),
        *_trails(trails, by_account),
        *_sources(found),
    ]
    limits = [limit_of(lack, seen.watches) for lack in lacks]
    return {
        "covered": bool(items) and not short,
        "newest": None if latest is None else at(latest),
        "stale_rule": STALE_RULE,
        "items": items,
        "limits": limits,
    }


def _planes(short: Iterable[Json]) -> Iterator[Lack]:
    """Yield what is wrong with management planes."""
    for item in short:
        kind = "stale" if item["state"] == "STALE" else "no_management_plane"
        yield Lack(kind, item["account"], None, item["last"], None, _PLANE, item["why"])


def _spots(lake: Lake, spots: Iterable[BlindSpot], trails: Trails) -> Iterator[Lack]:
    """Yield the blind spots that the case's picture has, each with the rules that it silences."""
    calls = {(row[2], row[3], row[0]): row[4] for row in lake.query(CHANGES)}
    for spot in spots:
        since, until = (None if when is None else stamp(when) for when in (spot.since, spot.until))
        lack = Lack(spot.kind, spot.account, spot.region, since, until, spot.affects, spot.because)
        began = None if spot.since is None else round(spot.since.timestamp() * 1000)
        if spot.kind == "logging_off":
            call = calls.get((spot.account, spot.region, began or 0), "")
            lack = replace(lack, told_as=_TOLD_AS.get(call), trail=_trail_at(trails, spot.account, began))
        elif spot.kind == "excluded_events":
            lack = replace(lack, silenced=_silenced(trails, spot.account, began))
        yield lack


def _trail_at(trails: Trails, account: str | None, since: int | None) -> str | None:
    """Return the trail that a call at that time was about, None where it was about something else."""
    found = [trail.name for trail in trails.of(account) for setting in trail.settings if setting.time == since]
    return found[0] if len(found) == 1 else None


def _silenced(trails: Trails, account: str | None, since: int | None) -> tuple[str, ...] | None:
    """Return which rules a trail's selectors set at that time silence; None where they are not known."""
    for trail in trails.of(account):
        for setting in trail.settings:
            if setting.time == since and setting.selectors is not None:
                managed = [each for each in setting.selectors if each.category == MANAGEMENT]
                if not managed:
                    return ("all",)
                words = {source for each in managed for source in each.left_out}
                words |= set() if any(each.reads for each in managed) else {"reads"}
                return tuple(sorted(words | (set() if any(each.writes for each in managed) else {"writes"})))
    return None


def _trails(trails: Trails, by_account: dict[str | None, Feed]) -> Iterator[Lack]:
    """Yield what the trails' last known settings lack, and accounts of which no trail is known."""
    for trail in trails.trails:
        if not trail.settings[-1].gone:
            yield from _of_trail(trail)
    for account in sorted(by_account, key=str):
        if not any(setting.selectors is not None for trail in trails.of(account) for setting in trail.settings):
            because = "No call or snapshot in the case tells a trail's selectors: what was left out is not known."
            yield Lack("selectors_unknown", account, None, None, None, ("data loss", "scope"), because)


_NO_DIGESTS = "it writes no digest files, so a log file that is changed or missing goes unnoticed"


def _of_trail(trail: Trail) -> Iterator[Lack]:
    """Yield what one trail's last known settings lack."""
    last = trail.settings[-1]
    since = at(last.time)
    for wrong, kind, affects, what in (
        (last.multi_region is False, "trail_of_one_region", _PLANE, "it records its own region alone"),
        (last.validated is False, "trail_not_validated", ("timeline",), _NO_DIGESTS),
        (last.logging is False, "trail_left_off", _PLANE, "it was stopped and not started again"),
    ):
        if wrong:
            because = f"Trail {trail.name}: {what} (event {last.event})."
            yield Lack(kind, trail.account, trail.region, since, None, affects, because, None, trail.name)


def _sources(found: Iterable[Feed]) -> Iterator[Lack]:
    """Yield sources of which the case has nothing at all."""
    present = {feed.source for feed in found}
    for source, said in sorted(expected_sources().items()):
        if not any(name == source or name.startswith(f"{source}_") for name in present):
            because = f"The case holds no {said['title']}."
            yield Lack("no_source", None, None, None, None, tuple(said["affects"]), because, source)
