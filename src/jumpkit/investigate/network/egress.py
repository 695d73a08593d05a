"""Large volumes from inside to the outside, against the same asset's own other hours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.investigate.moments import HOUR_MS, moment
from jumpkit.investigate.network.items import Item, edges
from jumpkit.investigate.network.words import counted, size
from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.investigate.network.items import Edge
    from jumpkit.store.lake.read import Lake

LEAST = 10_000_000  # bytes in an hour below which nothing is called large
LONE = 100_000_000  # the same where the asset has too few other hours to compare with
HOURS = 6  # other hours of the asset, before they say what is usual
TIMES = 5  # as much as the median of the other hours
SPREADS = 6  # median deviations above it (scaled to a standard deviation)
_SCALE = 1.4826
_SHARE = 0.8  # of an hour's excess, told by conversations that carry most
_UPLOAD = 10  # as many bytes out as back
_LISTED = 48  # hours told one by one

_OTHERS = f"""
WITH usual AS (
  SELECT h.asset, h.hour, h.bytes, count(o.bytes) AS hours, coalesce(median(o.bytes), 0) AS middle,
         coalesce(mad(o.bytes), 0) AS away
  FROM hourly h LEFT JOIN hourly o ON o.asset = h.asset AND o.hour <> h.hour
  WHERE h.bytes >= {LEAST} GROUP BY h.asset, h.hour, h.bytes)
SELECT asset, hour, bytes, hours, middle, away FROM usual
WHERE (hours >= {HOURS} AND bytes >= {TIMES} * middle AND bytes >= middle + {SPREADS} * {_SCALE} * away)
   OR (hours < {HOURS} AND bytes >= {LONE})
ORDER BY asset, hour
"""  # noqa: S608 - numbers
_UPLOADS = f"""
SELECT client FROM edge WHERE client_in AND NOT server_in AND sent >= {LONE} AND sent >= {_UPLOAD} * received
GROUP BY client ORDER BY client
"""  # noqa: S608 - numbers
_LARGE = f"""
((client_in AND NOT server_in AND sent >= {LEAST // 10} AND client IN (SELECT unnest(?::VARCHAR[])))
 OR (server_in AND NOT client_in AND received >= {LEAST // 10} AND server IN (SELECT unnest(?::VARCHAR[]))))
"""


@dataclass(frozen=True, slots=True)
class _Hour:
    """An hour in which an asset sent much, and what its other hours had."""

    hour: int
    bytes: int
    hours: int
    middle: float
    away: float


def egress(lake: Lake) -> list[Item]:
    """Return the assets that sent unusually much outside: in some hours, or to one address all along."""
    by_asset: dict[str, list[_Hour]] = {}
    for asset, *values in lake.query(_OTHERS):
        by_asset.setdefault(asset, []).append(_Hour(*values))
    for (asset,) in lake.query(_UPLOADS):
        by_asset.setdefault(asset, [])
    large: dict[str, list[Edge]] = {}
    for edge in edges(lake, _LARGE, [list(by_asset), list(by_asset)]):
        large.setdefault(edge.client if edge.client_in else edge.server, []).append(edge)
    found = (_item(asset, hours, large.get(asset, ())) for asset, hours in sorted(by_asset.items()))
    return [item for item in found if item is not None]


def _item(asset: str, hours: Sequence[_Hour], large: Sequence[Edge]) -> Item | None:
    """Return what one asset sent; of its peers, those that took the most in the hours in question."""
    since = min(hour.hour for hour in hours) * HOUR_MS if hours else None
    until = (max(hour.hour for hour in hours) + 1) * HOUR_MS if hours else None
    taken = [
        (edge.sent if edge.client == asset else edge.received, edge)
        for edge in large
        if (since is None or edge.last >= since) and (until is None or edge.first < until)
    ]
    taken.sort(key=lambda pair: (-pair[0], pair[1].key[:2], pair[1].first))
    total = sum(count for count, _ in taken)
    chosen: list[Edge] = []
    held = 0
    for count, edge in taken:
        if held >= _SHARE * total and chosen:
            break
        chosen.append(edge)
        held += count
    if not chosen:
        return None
    peers = tuple(dict.fromkeys(edge.server if edge.client == asset else edge.client for edge in chosen))
    answered = any(edge.both_ways for edge in chosen)
    thin = bool(hours) and all(hour.hours < HOURS for hour in hours)
    state = "confirmed" if answered and not thin else "suspected"
    why = _by_hours(asset, hours) if hours else _by_shape(asset, held)
    tail = (
        " The records prove the bytes, both ways; what they were is not recorded."
        if answered
        else " No record shows an answer, so it is not known whether anyone took them."
    )
    figures = {
        "hours": [_told(hour) for hour in hours[:_LISTED]],
        "more_hours": max(0, len(hours) - _LISTED),
        "asked_by_asset": all(edge.client == asset for edge in chosen),
    }
    return Item("egress", state, why + tail, asset, (asset,), tuple(chosen), peers, figures, since, until)


def _told(hour: _Hour) -> dict[str, object]:
    return {
        "hour": stamp(moment(hour.hour * HOUR_MS)),
        "bytes": hour.bytes,
        "other_hours": hour.hours,
        "median_of_others": int(hour.middle),
        "deviation_of_others": int(hour.away),
    }


def _by_hours(asset: str, hours: Sequence[_Hour]) -> str:
    """Return what stood out against the other hours."""
    worst = max(hours, key=lambda hour: (hour.bytes, -hour.hour))
    total = sum(hour.bytes for hour in hours)
    at = stamp(moment(worst.hour * HOUR_MS))
    if worst.hours < HOURS:
        return (
            f"{asset} sent {size(total)} outside in {counted(len(hours), 'hour')} ({size(worst.bytes)} in the hour of "
            f"{at}); it has {counted(worst.hours, 'other hour')} in the records, too few to say what is usual "
            f"({HOURS} are needed; without them {size(LONE)} in an hour counts as large)."
        )
    return (
        f"{asset} sent {size(total)} outside in {counted(len(hours), 'hour')} far above its own others: "
        f"{size(worst.bytes)} in the hour of {at}, where the median of {worst.hours} others is {size(worst.middle)} "
        f"(median deviation {size(worst.away)}; {TIMES} times the median and {SPREADS} deviations count as large)."
    )


def _by_shape(asset: str, held: int) -> str:
    """Return what stood out where no hour did."""
    return (
        f"{asset} sent {size(held)} to few addresses outside and took at most a {_UPLOAD}th of it back, over hours of "
        "which none stands out from the others: an upload in its shape."
    )
