"""From anchors to a deadline: hours, days, months, business days, in the zone that a rule names; pure."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.coordinate.clocks.calendars import Calendar

END = time(23, 59, 59)
NOON = time(12)
_EXACT = {"minutes": 60, "hours": 3600}  # seconds


@dataclass(frozen=True, slots=True)
class Anchor:
    """When something was; `day` where only the day is known, and it is then that day wherever a rule counts."""

    at: datetime
    day: date | None = None

    def start(self, zone: ZoneInfo) -> datetime:
        """Return the moment from which hours count: of a mere day, its first in the zone: the strict reading."""
        return self.at.astimezone(zone) if self.day is None else datetime.combine(self.day, time(), zone)


@dataclass(frozen=True, slots=True)
class After:
    """So much time after the first of some anchors that is set."""

    anchors: tuple[str, ...]
    unit: str  # minutes, hours, days, months, business_days
    amount: int
    zone: str = "UTC"
    calendar: str = "weekdays"
    whole_days: bool = True  # days and months end with the day, not at the hour at which they began
    from_year_end: bool = False
    shift: str | None = None  # "noon" or "end" of the next business day, where the last day is none


@dataclass(frozen=True, slots=True)
class Earliest:
    """The earliest of those that are known."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Capped:
    """`first`, and never later than `cap`, unless the anchor of `first` came only after `cap` had passed."""

    first: Expression
    cap: Expression


Expression = After | Earliest | Capped


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline, and the anchor that it counts from."""

    at: datetime  # UTC
    anchor: str
    anchored: Anchor


def due_of(expression: Expression, anchors: Mapping[str, Anchor], calendars: Mapping[str, Calendar]) -> Due | None:
    """Return the deadline, None while no anchor that it counts from is set."""
    if isinstance(expression, After):
        return _after(expression, anchors, calendars)
    if isinstance(expression, Earliest):
        known = [due for part in expression.parts if (due := due_of(part, anchors, calendars)) is not None]
        return min(known, key=lambda due: due.at, default=None)
    first, cap = due_of(expression.first, anchors, calendars), due_of(expression.cap, anchors, calendars)
    if first is None or cap is None:
        return first or cap
    return first if first.anchored.at > cap.at or first.at <= cap.at else cap


def anchors_of(expression: Expression) -> tuple[str, ...]:
    """Return the anchors that a deadline may count from."""
    if isinstance(expression, After):
        return expression.anchors
    parts = expression.parts if isinstance(expression, Earliest) else (expression.first, expression.cap)
    return tuple(dict.fromkeys(name for part in parts for name in anchors_of(part)))


def _after(rule: After, anchors: Mapping[str, Anchor], calendars: Mapping[str, Calendar]) -> Due | None:
    name = next((each for each in rule.anchors if each in anchors), None)
    if name is None:
        return None
    anchor, zone = anchors[name], ZoneInfo(rule.zone)
    at = _counted(rule, anchor.start(zone), calendars)
    if rule.shift and not calendars[rule.calendar].is_business(at.date()):
        day = calendars[rule.calendar].after(at.date(), 0)
        at = datetime.combine(day, NOON if rule.shift == "noon" else END, zone)
    return Due(at.astimezone(UTC), name, anchor)


def _counted(rule: After, start: datetime, calendars: Mapping[str, Calendar]) -> datetime:
    """Return the end of the period, in the rule's zone; exact units run through changes of the clocks."""
    if rule.unit in _EXACT:
        return (start.astimezone(UTC) + timedelta(seconds=_EXACT[rule.unit] * rule.amount)).astimezone(start.tzinfo)
    first = date(start.year, 12, 31) if rule.from_year_end else start.date()
    if rule.unit == "business_days":
        last = calendars[rule.calendar].after(first, rule.amount)
    elif rule.unit == "months":
        last = _months(first, rule.amount)
    else:
        last = first + timedelta(days=rule.amount)
    # An hour that comes twice is taken the first time: a deadline is rather too early than too late.
    end = END if rule.whole_days else start.time()
    return datetime.combine(last, end, start.tzinfo)


def _months(day: date, count: int) -> date:
    """Return the same day some months on, or the last of a month that is too short for it."""
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
