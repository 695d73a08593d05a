"""Times that cannot be: before the provider's services existed, or after the logs were read; kept, and not believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from jumpkit.investigate.moments import DAY_MS, moment
from jumpkit.kit.clock import stamp
from jumpkit.model.finding import BlindSpot

if TYPE_CHECKING:
    from jumpkit.store.lake.read import Lake

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST = (datetime(2006, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)  # S3, the first service, is of 2006
_LAST = 1 << 62

Bounds = tuple[int, int]

CLAIMED = """
SELECT cloud.account.uid, time < {first}, count(*), min(time), max(time), min(metadata.uid)
FROM events WHERE time < {first} OR time > {last} GROUP BY 1, 2 ORDER BY 1, 2
"""


def believable(now: datetime | None) -> Bounds:
    """Return the earliest and the latest time, in ms, that a log can tell; a day's difference of clocks is allowed."""
    return _FIRST, _LAST if now is None else (now - _EPOCH) // timedelta(milliseconds=1) + DAY_MS


def unbelieved(lake: Lake, bounds: Bounds) -> list[BlindSpot]:
    """Return which accounts have events whose times cannot be."""
    spots = []
    first, last = bounds
    for account, early, events, since, until, event in lake.query(CLAIMED.format(first=first, last=last)):
        what = "before the provider's services existed" if early else "after the logs were read"
        because = (
            f"{events:,} event(s) of account {account or 'unknown'} claim times {what} ({stamp(moment(since))} to "
            f"{stamp(moment(until))}; event {event}): they are kept as they say, and where they belong is not known."
        )
        affects = ("timeline", "scope")
        spots.append(BlindSpot("implausible_time", account, None, moment(since), moment(until), affects, because))
    return spots
