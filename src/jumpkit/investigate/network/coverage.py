"""Where flow records speak, and where they are silent: an interval with NODATA is heard, a missing one is not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.investigate.network.flows import FLOWS, LOG_STATUS

if TYPE_CHECKING:
    from jumpkit.store.lake.read import Lake

_SPANS = f"""
WITH span AS (
  SELECT coalesce(start_time, time) AS began, coalesce(end_time, start_time, time) AS ended,
         {LOG_STATUS} IS NOT DISTINCT FROM 'SKIPDATA' AS skipped
  FROM events WHERE class_uid = {FLOWS} AND device.interface_uid = ? AND coalesce(end_time, start_time, time) >= ?),
told AS (
  SELECT began, max(ended) OVER (ORDER BY began, ended ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
  FROM span WHERE NOT skipped)
SELECT before, began, 'no record' FROM told WHERE began - before > ?
UNION ALL SELECT began, ended, 'SKIPDATA' FROM span WHERE skipped ORDER BY 1, 2
"""  # noqa: S608 - constants
_ENDS = f"""
SELECT min(coalesce(start_time, time)), max(coalesce(end_time, start_time, time)),
       count(*) FILTER ({LOG_STATUS} = 'NODATA') FROM events
WHERE class_uid = {FLOWS} AND device.interface_uid = ? AND coalesce(end_time, start_time, time) >= ?
  AND {LOG_STATUS} IS DISTINCT FROM 'SKIPDATA'
"""  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Silence:
    """A stretch for which an interface's records do not say what crossed; ms."""

    since: int
    until: int
    why: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of one interface after a moment."""

    interface: str
    first: int | None
    last: int | None
    quiet: int  # NODATA records
    silences: tuple[Silence, ...]


def heard(lake: Lake, interface: str, since: int, until: int, interval: int) -> Heard:
    """Return where an interface's records speak between two moments; holes up to two intervals are none.

    A record spans what packets it has and not its whole interval, so that neighbours may lie two intervals apart.
    """
    lasting = 2 * interval
    ((first, last, quiet),) = lake.query(_ENDS, [interface, since])
    if first is None:
        return Heard(interface, None, None, 0, (Silence(since, max(since, until), "no record at all"),))
    found = [
        Silence(max(begin, since), end, why) for begin, end, why in lake.query(_SPANS, [interface, since, lasting])
    ]
    if first - since > lasting:
        found.append(Silence(since, first, "no record"))
    if until - last > lasting:
        found.append(Silence(last, until, "no record"))
    return Heard(interface, first, last, quiet, _joined(found, interval))


def _joined(found: list[Silence], interval: int) -> tuple[Silence, ...]:
    """Return the stretches in order, those that touch as one."""
    joined: list[Silence] = []
    for each in sorted(found, key=lambda silence: (silence.since, silence.until)):
        if joined and each.since - joined[-1].until <= interval:
            before = joined.pop()
            why = before.why if each.why in before.why else f"{before.why} and {each.why}"
            joined.append(Silence(before.since, max(before.until, each.until), why))
        else:
            joined.append(each)
    return tuple(joined)
