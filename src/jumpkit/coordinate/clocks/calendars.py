"""Which days are business days: weekends and holidays from data, computed for any year."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_DAY = timedelta(days=1)
_SATURDAY, _SUNDAY = 6, 7
_WEEK = 7
_LONGEST = 400  # days within which a business day must come


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar's holidays as rules; its days off are worked out a year at a time."""

    name: str
    weekend: frozenset[int] = frozenset({_SATURDAY, _SUNDAY})  # ISO weekdays
    holidays: tuple[Mapping[str, Any], ...] = ()
    _years: dict[int, frozenset[date]] = field(default_factory=dict, compare=False, repr=False)

    def off(self, year: int) -> frozenset[date]:
        """Return the holidays that are kept in a year, moved ones where they are kept."""
        if year not in self._years:
            around = (day for each in (year - 1, year, year + 1) for day in self._made(each))
            self._years[year] = frozenset(day for day in around if day.year == year)
        return self._years[year]

    def is_business(self, day: date) -> bool:
        """Tell whether a day is worked."""
        return day.isoweekday() not in self.weekend and day not in self.off(day.year)

    def after(self, day: date, count: int) -> date:
        """Return the `count`-th business day after `day`, which itself does not count; 0 gives `day` or the next."""
        found = day
        for _ in range(count):
            found = self._next(found + _DAY)
        return found if count else self._next(day)

    def _next(self, day: date) -> date:
        for ahead in range(_LONGEST):
            if self.is_business(day + ahead * _DAY):
                return day + ahead * _DAY
        raise ValueError(f"calendar {self.name} has no business day in the {_LONGEST} days after {day}")

    def _made(self, year: int) -> list[date]:
        return [made for each in self.holidays if (made := _day(each, year)) is not None]


def _day(holiday: Mapping[str, Any], year: int) -> date | None:
    """Return when a holiday is kept in a year, None where it is not."""
    if "date" in holiday:
        made = date.fromisoformat(str(holiday["date"]))
        return made if made.year == year else None
    if not holiday.get("since", year) <= year <= holiday.get("until", year):
        return None
    if "easter" in holiday:
        return easter(year) + timedelta(days=int(holiday["easter"]))
    if "weekday" in holiday:
        return _nth(year, holiday["month"], holiday["weekday"], holiday["nth"])
    made = date(year, holiday["month"], holiday["day"])
    return _nearest(made) if holiday.get("observed") == "nearest" else made


def _nearest(day: date) -> date:
    """Return the weekday on which a holiday of a weekend is kept: Friday before a Saturday, Monday after a Sunday."""
    return day + {_SATURDAY: -_DAY, _SUNDAY: _DAY}.get(day.isoweekday(), timedelta())


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    if nth > 0:
        first = date(year, month, 1)
        return first + _DAY * ((weekday - first.isoweekday()) % _WEEK + _WEEK * (nth - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - _DAY
    return last - _DAY * ((last.isoweekday() - weekday) % _WEEK + _WEEK * (-nth - 1))


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar.

    >>> easter(2026).isoformat(), easter(2024).isoformat()
    ('2026-04-05', '2024-03-31')
    """
    golden, century = year % 19, year // 100
    skipped = century - century // 4 - (8 * century + 13) // 25
    epact = (skipped + 19 * golden + 15) % 30
    full = epact - (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + full + 2 - century + century // 4) % 7
    ahead = full - weekday
    month = 3 + (ahead + 40) // 44
    return date(year, month, ahead + 28 - 31 * (month // 4))
