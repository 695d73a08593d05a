"""What is at hand of each source, by account and region: first, last, how often, and whether it still flows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.investigate.gaps import SLOT_MS
from jumpkit.investigate.moments import HOUR_MS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumpkit.store.lake.read import Lake

STALE_MS = HOUR_MS
SILENCES = 3
STALE_RULE = (
    "a feed is STALE when its last event is older than the newest of the case (or than now, where that is asked) "
    "by more than an hour and by more than three times the longest silence that it has shown before"
)
_KNOWN_SLOTS, _KNOWN_EVENTS = 12, 100  # either, before a region's feed is known well enough to be called stale
_FEEDS = rf"""
WITH told AS (
  SELECT cloud.account.uid AS account, cloud.region AS region, metadata.log_name AS source, time, metadata.uid,
    CASE WHEN metadata.log_name <> 'aws/cloudtrail' THEN NULL
         WHEN metadata.event_code = 'AwsCloudTrailInsight' THEN 'insight'
         WHEN metadata.event_code = 'AwsVpceEvent' THEN 'network'
         WHEN regexp_matches(unmapped, '"eventCategory"\s*:\s*"Data"|"managementEvent"\s*:\s*false') THEN 'data'
         ELSE 'management' END AS class
  FROM events WHERE time IS NOT NULL),
slots AS (
  SELECT account, region, source, class, min(time) AS first, max(time) AS last, count(*) AS events,
         min({{'t': time, 'u': uid}}) AS one, max({{'t': time, 'u': uid}}) AS other
  FROM told GROUP BY account, region, source, class, time // {SLOT_MS}),
spaced AS (
  SELECT *, first - lag(last) OVER (PARTITION BY account, region, source, class ORDER BY first) AS silence FROM slots)
SELECT account, region, source, class, min(first), max(last), sum(events)::BIGINT, count(*), coalesce(max(silence), 0),
       min(one).u, max(other).u
FROM spaced GROUP BY ALL ORDER BY ALL
"""  # noqa: S608 - SLOT_MS is a number
_PLANES = f"""
WITH slots AS (
  SELECT cloud.account.uid AS account, min(time) AS first, max(time) AS last, count(*) AS events,
         min({{'t': time, 'u': metadata.uid}}) AS one, max({{'t': time, 'u': metadata.uid}}) AS other
  FROM events WHERE metadata.log_name = 'aws/cloudtrail' GROUP BY 1, time // {SLOT_MS}),
spaced AS (SELECT *, first - lag(last) OVER (PARTITION BY account ORDER BY first) AS silence FROM slots)
SELECT account, min(first), max(last), sum(events)::BIGINT, count(*), coalesce(max(silence), 0),
       min(one).u, max(other).u
FROM spaced GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - SLOT_MS is a number


@dataclass(frozen=True, slots=True)
class Feed:
    """The events of one source and class in one region of an account, or a whole account's calls."""

    account: str | None
    region: str | None
    source: str
    kind: str | None  # management, data, insight, network; None for other sources
    first: int
    last: int
    events: int
    slots: int  # of five minutes that have events
    silence: int  # the longest between two of them, ms
    ends: tuple[str, str]  # ids of its first and last event

    @property
    def known(self) -> bool:
        """Return whether there is enough of it to say what is usual."""
        return self.slots >= _KNOWN_SLOTS or self.events >= _KNOWN_EVENTS

    def stale(self, newest: int) -> bool:
        """Return whether it meets STALE_RULE."""
        return newest - self.last > max(STALE_MS, SILENCES * self.silence)


def feeds(lake: Lake) -> list[Feed]:
    """Return what is at hand by account, region, source and class."""
    return [
        Feed(account, region, source, kind, first, last, events, slots, silence, (one, other))
        for account, region, source, kind, first, last, events, slots, silence, one, other in lake.query(_FEEDS)
    ]


def planes(lake: Lake) -> dict[str | None, Feed]:
    """Return each account's calls over all regions."""
    return {
        account: Feed(account, None, "aws/cloudtrail", None, first, last, events, slots, silence, (one, other))
        for account, first, last, events, slots, silence, one, other in lake.query(_PLANES)
    }


def newest(found: Iterable[Feed]) -> int | None:
    """Return the time of the newest event, None where there is none."""
    return max((feed.last for feed in found), default=None)
