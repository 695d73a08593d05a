"""Holes in a feed: stretches without any event in which the account's other hours say there should be some."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from heapq import nsmallest
from itertools import pairwise
from typing import TYPE_CHECKING

from jumpkit.investigate.moments import DAY_MS, HOUR_MS, MINUTE_MS, moment
from jumpkit.model.finding import BlindSpot

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jumpkit.store.lake.read import Lake

SLOT_MS = 5 * MINUTE_MS
EXPECTED = 6.0  # slots with events that the other hours lead one to expect in a stretch that has none
SPACING = 3  # times as many as in all other stretches but a few
_FEW = 3  # of them, or 1 in 200: a silence that comes back more often is the feed's rhythm
_KNOWN_SLOTS, _KNOWN_EVENTS = 12, 100  # either, before a feed is known well enough to miss something in it
SHORTEST_MS = 15 * MINUTE_MS
_PROFILE_DAYS = 3  # days of a kind (weekday, weekend) before hours of the day are compared with their like
_LONG_MS = 60 * DAY_MS  # beyond it hours are not looked at one by one: a wrong clock may be thousands of years off
_DAYS_FROM = 7 * 24  # hours from which days are told
_LISTED = 40  # holes of a feed, the longest; the rest is counted
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday, 0 being Monday
_SATURDAY = 5
AFFECTS = ("timeline", "scope", "who")

SLOTS = f"""
SELECT cloud.account.uid, cloud.region, min(time), max(time), count(*)
FROM events WHERE time IS NOT NULL GROUP BY 1, 2, time // {SLOT_MS} ORDER BY 1, 3, 2
"""  # noqa: S608 - SLOT_MS is a number

Slot = tuple[int, int]  # first and last event of five minutes


@dataclass(frozen=True, slots=True)
class Feed:
    """The slots of one account, or of one region of it, in order of time."""

    account: str | None
    region: str | None
    slots: tuple[Slot, ...]
    events: int

    @property
    def known(self) -> bool:
        """Return whether there is enough of it to say what is usual."""
        return len(self.slots) >= _KNOWN_SLOTS or self.events >= _KNOWN_EVENTS

    @property
    def name(self) -> str:
        """Return what a sentence calls it."""
        place = f" in {self.region}" if self.region else ""
        return f"account {self.account or 'unknown'}{place}"


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch without events, and how many slots with events were to be expected in it."""

    since: int
    until: int
    expected: float


def gaps(lake: Lake, bounds: tuple[int, int]) -> list[BlindSpot]:
    """Return the holes in each account's feed and in those of its regions, and feeds that begin late or end early.

    Events outside of `bounds` claim times that cannot be, and bound no feed.
    """
    accounts, regions = feeds(lake, bounds)
    spots: list[BlindSpot] = []
    for feed in accounts:
        found = holes(feed)
        spots.extend(_told(feed, found))
        own = [region for region in regions if region.account == feed.account]
        for region in own if len(own) > 1 else ():
            spots.extend(_told(region, [hole for hole in holes(region) if not _inside(hole, found)]))
    return [*spots, *_edges(accounts)]


def feeds(lake: Lake, bounds: tuple[int, int]) -> tuple[list[Feed], list[Feed]]:
    """Return the feeds of the accounts, and of their regions."""
    accounts: dict[str | None, list[Slot]] = {}
    regions: dict[tuple[str | None, str | None], list[Slot]] = {}
    counted: Counter[tuple[str | None, str | None]] = Counter()
    totals: Counter[str | None] = Counter()
    for account, region, first, last, events in lake.query(SLOTS):
        if first < bounds[0] or last > bounds[1]:
            continue
        counted[account, region] += events
        totals[account] += events
        slots = accounts.setdefault(account, [])
        if slots and slots[-1][0] // SLOT_MS == first // SLOT_MS:
            slots[-1] = slots[-1][0], max(slots[-1][1], last)
        else:
            slots.append((first, last))
        regions.setdefault((account, region), []).append((first, last))
    return (
        [Feed(account, None, tuple(slots), totals[account]) for account, slots in accounts.items()],
        [Feed(*place, tuple(slots), counted[place]) for place, slots in regions.items()],
    )


def holes(feed: Feed) -> list[Hole]:
    """Return the stretches that meet all three conditions: EXPECTED, SPACING and SHORTEST_MS."""
    if not feed.known:
        return []
    pairs = [(here[1], following[0]) for here, following in pairwise(feed.slots)]
    exceptions = max(_FEW, len(pairs) // 200)
    longest = nsmallest(max(exceptions + 1, len(pairs) // 20), pairs, key=lambda pair: pair[0] - pair[1])
    profile = _Profile.of(feed)
    found = [Hole(since, until, profile.expected(since, until)) for since, until in longest]
    found.sort(key=lambda hole: -hole.expected)
    usual = found[exceptions].expected if len(found) > exceptions else 0.0
    least = max(EXPECTED, SPACING * usual)
    unusual = [hole for hole in found if hole.expected >= least and hole.until - hole.since >= SHORTEST_MS]
    return sorted(unusual, key=lambda hole: hole.since)


@dataclass(frozen=True, slots=True)
class _Profile:
    """How many slots of an hour have events, by hour of the day on weekdays and at weekends, and over all."""

    share: dict[tuple[bool, int], float]
    days: Counter[bool]
    occupied: int
    span: int  # ms

    @classmethod
    def of(cls, feed: Feed) -> _Profile:
        """Return the profile of a feed."""
        first, last = feed.slots[0][0], feed.slots[-1][1]
        days = _days(first // DAY_MS, last // DAY_MS)
        counted = Counter((_weekend(slot[0] // DAY_MS), slot[0] % DAY_MS // HOUR_MS) for slot in feed.slots)
        full = HOUR_MS // SLOT_MS
        share = {place: slots / (full * days[place[0]]) for place, slots in counted.items()}
        return cls(share, days, len(feed.slots), max(last - first, SLOT_MS))

    def expected(self, since: int, until: int) -> float:
        """Return how many slots with events would be usual between the two moments."""
        few = min(self.days[_weekend(since // DAY_MS)], self.days[_weekend(until // DAY_MS)]) < _PROFILE_DAYS
        if few or until - since > _LONG_MS:
            others = max(self.span - (until - since), SLOT_MS)
            return min(1.0, self.occupied * SLOT_MS / others) * (until - since) / SLOT_MS
        total = 0.0
        at = since
        while at < until:
            end = min(until, (at // HOUR_MS + 1) * HOUR_MS)
            share = self.share.get((_weekend(at // DAY_MS), at % DAY_MS // HOUR_MS), 0.0)
            total += share * (end - at) / SLOT_MS
            at = end
        return total


def _days(first: int, last: int) -> Counter[bool]:
    """Return how many days from first to last are of a weekend, and how many are not."""
    weeks, rest = divmod(last - first + 1, 7)
    days = Counter(_weekend(first + day) for day in range(rest))
    days[True] += 2 * weeks
    days[False] += 5 * weeks
    return days


def _weekend(day: int) -> bool:
    """Return whether the day, counted from 1970, is a Saturday or Sunday."""
    return (day + _EPOCH_WEEKDAY) % 7 >= _SATURDAY


def _inside(hole: Hole, others: Iterable[Hole]) -> bool:
    """Return whether most of `hole` lies in one of the account's own holes."""
    length = hole.until - hole.since
    return any(min(hole.until, other.until) - max(hole.since, other.since) > length // 2 for other in others)


def _told(feed: Feed, found: Sequence[Hole]) -> Iterator[BlindSpot]:
    """Yield the longest holes, and one word on how many more there are."""
    longest = sorted(found, key=lambda hole: (hole.since - hole.until, hole.since))
    for hole in sorted(longest[:_LISTED], key=lambda hole: hole.since):
        minutes = (hole.until - hole.since) // MINUTE_MS
        because = (
            f"No event of {feed.name} for {_length(minutes)}, where its other hours lead one to expect events in about "
            f"{hole.expected:.0f} of {(hole.until - hole.since) // SLOT_MS} five-minute slots."
        )
        if hole.until - hole.since > _LONG_MS:
            because = (
                f"No event of {feed.name} for {_length(minutes)}: the case holds logs from before and after it only."
            )
        yield BlindSpot("gap", feed.account, feed.region, moment(hole.since), moment(hole.until), AFFECTS, because)
    if len(longest) > _LISTED:
        because = f"{len(longest) - _LISTED} shorter holes in the feed of {feed.name} are not listed one by one."
        yield BlindSpot("gap", feed.account, feed.region, None, None, AFFECTS, because)


def _length(minutes: int) -> str:
    """Return minutes in words.

    >>> _length(40), _length(150), _length(1576800)
    ('40 minutes', '2 h 30 min', '1,095 days')
    """
    hours, rest = divmod(minutes, 60)
    if hours >= _DAYS_FROM:
        return f"{hours // 24:,} days"
    return f"{hours} h {rest} min" if hours else f"{minutes} minutes"


def _edges(accounts: Sequence[Feed]) -> Iterator[BlindSpot]:
    """Yield feeds that begin or end long before or after those of the other accounts."""
    if len(accounts) < 2:  # noqa: PLR2004 - one account has no neighbors
        return
    first = min(feed.slots[0][0] for feed in accounts)
    last = max(feed.slots[-1][1] for feed in accounts)
    for feed in accounts:
        begins, ends = feed.slots[0][0], feed.slots[-1][1]
        rate = min(1.0, len(feed.slots) * SLOT_MS / max(ends - begins, SLOT_MS))
        for kind, since, until, word in (
            ("feed_begins_late", first, begins, "before its first event"),
            ("feed_ends_early", ends, last, "after its last event"),
        ):
            if feed.known and rate * (until - since) / SLOT_MS >= EXPECTED:
                length = _length((until - since) // MINUTE_MS)
                because = f"Other accounts have events for {length} {word}, while {feed.name} has none."
                yield BlindSpot(kind, feed.account, None, moment(since), moment(until), AFFECTS, because)
