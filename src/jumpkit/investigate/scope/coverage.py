"""Whether the log that would show an intruder is complete for an account, region and window, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.investigate.items import limit
from jumpkit.investigate.moments import moment
from jumpkit.investigate.provider import CALLS, reads
from jumpkit.investigate.touched import READ

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jumpkit.investigate.items import Limit
    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import BlindSpot
    from jumpkit.store.lake.read import Lake

_HOLES = frozenset({"gap", "logging_off", "excluded_events", "feed_begins_late", "feed_ends_early", "no_write_events"})
_TRAILS = frozenset({"logging_off", "excluded_events"})
_SEEN_AFTER = 5  # reads and changes each: with fewer in a stretch nobody can say that something else recorded it

_FEEDS = f"""
SELECT cloud.account.uid, cloud.region, count(*), min(time), max(time), count(*) FILTER (NOT {READ})
FROM events
WHERE {CALLS} AND coalesce(metadata.event_code, '') <> 'AwsCloudTrailInsight' AND NOT coalesce({{data}}, false)
GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608 - constants
_BETWEEN = f"""
SELECT count(*) FILTER ({READ}), count(*) FILTER (NOT {READ}) FROM events
WHERE {CALLS} AND cloud.account.uid IS NOT DISTINCT FROM ? AND cloud.region IS NOT DISTINCT FROM ?
  AND time > ? AND time <= ?
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Feed:
    """The management events of one account and region."""

    account: str | None
    region: str | None
    events: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Cover:
    """Whether management events are complete somewhere; `why` says what shows that, or what is missing."""

    complete: bool
    why: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the management events of a case cover within the intruder's window."""

    feeds: tuple[Feed, ...]
    holes: tuple[BlindSpot, ...]
    estate: Estate
    first: int
    last: int
    lake: Lake
    filled: dict[int, bool]  # by place in `holes`: whether another trail recorded meanwhile

    def of(self, account: str | None, region: str | None) -> Cover:
        """Return whether the window is covered in a region of an account; region None asks for all of its regions."""
        known = [feed for feed in self.feeds if feed.account == account]
        if not known:
            return Cover(complete=False, why=f"account {account or 'unknown'} has no CloudTrail events in the case")
        wanted = {region} if region is not None else {feed.region for feed in known} | set(self.estate.regions)
        missing = sorted(name or "unknown" for name in wanted - {feed.region for feed in known})
        if missing:
            return Cover(complete=False, why=f"no management events of {', '.join(missing)} in account {account}")
        for place, spot in enumerate(self.holes):
            here = spot.account in (account, None) and (region is None or spot.region in (region, None))
            if here and not self._filled(place):
                return Cover(complete=False, why=f"management events are not whole: {spot.because}")
        where = region or ", ".join(sorted(name or "unknown" for name in wanted))
        return Cover(complete=True, why=f"the management events of account {account} in {where} show no hole then")

    def _filled(self, place: int) -> bool:
        """Return whether reads and changes were recorded in a hole all the same; asked once."""
        if place not in self.filled:
            self.filled[place] = _filled(self.lake, self.holes[place], self.feeds)
        return self.filled[place]


def coverage(lake: Lake, spots: Sequence[BlindSpot], estate: Estate, first: int, last: int) -> Coverage:
    """Return what covers the window from `first` to `last`; holes that other trails fill are none."""
    feeds = tuple(
        Feed(account, region, events, begin, end)
        for account, region, events, begin, end, _ in lake.query(_FEEDS.format(data=reads("data_events")))
    )
    holes = tuple(spot for spot in spots if spot.kind in _HOLES and _within(spot, first, last))
    return Coverage(feeds, holes, estate, first, last, lake, {})


def whole(lake: Lake) -> tuple[int, int]:
    """Return the first and last moment of a case."""
    ((first, last),) = lake.query("SELECT min(time), max(time) FROM events")
    return first or 0, last or 0


def _within(spot: BlindSpot, first: int, last: int) -> bool:
    """Return whether a blind spot falls into the window."""
    begin, end = moment(first), moment(last)
    return (spot.since is None or spot.since <= end) and (spot.until is None or spot.until >= begin)


def _filled(lake: Lake, spot: BlindSpot, feeds: Iterable[Feed]) -> bool:
    """Return whether reads and changes were recorded all the same while a trail was off or told to leave them out."""
    if spot.kind not in _TRAILS or spot.since is None or "flow log" in spot.because or "log group" in spot.because:
        return spot.kind in _TRAILS and ("flow log" in spot.because or "log group" in spot.because)
    ends = [feed.last for feed in feeds if feed.account == spot.account and feed.region == spot.region]
    since = int(spot.since.timestamp() * 1000)
    until = int(spot.until.timestamp() * 1000) if spot.until is not None else max(ends, default=since)
    ((seen, changed),) = lake.query(_BETWEEN, [spot.account, spot.region, since, until])
    return bool(seen >= _SEEN_AFTER and changed >= _SEEN_AFTER)


def limits_of(spots: Iterable[BlindSpot]) -> list[Limit]:
    """Return the blind spots that weaken scope, as limits with what they hide."""
    told = []
    for spot in spots:
        if "scope" in spot.affects:
            where = " ".join(filter(None, (spot.account and f"account {spot.account}", spot.region)))
            told.append(limit(f"{spot.kind.replace('_', ' ')}{f' ({where})' if where else ''}", spot.because))
    return told
