"""Who is on call at a moment, and where nobody or two people are: turns, zones and changes of the clocks; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jumpkit.kit.errors import BadUsage
from jumpkit.model.people import DAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jumpkit.model.people import Hours, Layer, Rota, Shift

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, order=True)
class Stint:
    """One person from one moment (UTC) up to another."""

    start: datetime
    end: datetime
    person: str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, and who is on call in it: nobody, or more than one."""

    start: datetime
    end: datetime
    people: tuple[str, ...]


def on_call(rota: Rota, at: datetime) -> tuple[str, ...]:
    """Return who is on call at a moment: nobody, one, or more where shifts overlap."""
    return tuple(dict.fromkeys(each.person for each in stints(rota, at, at + _INSTANT)))


def stints(rota: Rota, since: datetime, until: datetime) -> list[Stint]:
    """Return who is on call from when to when, cut to the window; a swap stands before turns and shifts.

    Raises:
        BadUsage: a shift's times are none.

    """
    found = [each for layer in rota.layers for each in _turns(layer, layer.zone or rota.zone, since, until)]
    found += [_shift(each, rota.zone) for each in rota.shifts]
    for swap in rota.swaps:
        taken = _shift(swap, rota.zone)
        found = [*(left for each in found for left in _without(each, taken)), taken]
    cut = (Stint(max(each.start, since), min(each.end, until), each.person) for each in found)
    return _joined(sorted(each for each in cut if each.start < each.end))


def _joined(there: list[Stint]) -> list[Stint]:
    """Return the stints with those of one person that follow each other made one."""
    found: list[Stint] = []
    for each in there:
        if found and found[-1].person == each.person and found[-1].end == each.start:
            found[-1] = Stint(found[-1].start, each.end, each.person)
        else:
            found.append(each)
    return found


def gaps(rota: Rota, since: datetime, until: datetime) -> list[Span]:
    """Return the time that the rota is meant to cover and in which nobody is on call."""
    there = stints(rota, since, until)
    found = []
    for start, end in _covered(rota, since, until):
        at = start
        for each in there:
            if each.start >= end:
                break
            if each.start > at:
                found.append(Span(at, each.start, ()))
            at = max(at, each.end)
        if at < end:
            found.append(Span(at, end, ()))
    return found


def overlaps(rota: Rota, since: datetime, until: datetime) -> list[Span]:
    """Return the time in which more than one person is on call, so that each may think it is the other."""
    there = stints(rota, since, until)
    edges = sorted({edge for each in there for edge in (each.start, each.end)})
    found: list[Span] = []
    for start, end in pairwise(edges):
        people = tuple(sorted({each.person for each in there if each.start <= start and each.end >= end}))
        if len(people) < 2:  # noqa: PLR2004 - one person does not overlap
            continue
        if found and found[-1].end == start and found[-1].people == people:
            found[-1] = Span(found[-1].start, end, people)
        else:
            found.append(Span(start, end, people))
    return found


def open_at(hours: Hours, zone: str, at: datetime) -> bool:
    """Tell whether a moment lies within the hours."""
    return any(start <= at < end for start, end in _windows(hours, zone, at, at + _INSTANT))


def instant(text: str, zone: str) -> datetime:
    """Return a moment of a file: in the zone where it says no offset.

    Raises:
        BadUsage: it is none.

    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError as caught:
        raise BadUsage(f"{text!r} is no moment of a rota", target=text, hint="such as 2026-03-01T09:00") from caught
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def _at(day: date, clock: str, zone: str) -> datetime:
    """Return a time of day as a moment: one that comes twice counts the first time, one that is skipped just after."""
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone)).astimezone(UTC)


def _days(zone: str, since: datetime, until: datetime) -> Iterator[date]:
    """Yield the days, two more at either end: what begins the evening before reaches into the window."""
    day, last = since.astimezone(ZoneInfo(zone)).date() - 2 * _DAY, until.astimezone(ZoneInfo(zone)).date() + 2 * _DAY
    while day <= last:
        yield day
        day += _DAY


def _turns(layer: Layer, zone: str, since: datetime, until: datetime) -> Iterator[Stint]:
    people, first = layer.people, layer.starts

    def person(day: date) -> str:
        return people[(day - first).days // layer.every_days % len(people)]

    days = [day for day in _days(zone, since, until) if day >= first and (layer.until is None or day < layer.until)]
    if layer.hours is not None:
        worked = (day for day in days if DAYS[day.weekday()] in layer.hours.days)
        yield from (Stint(*_window(layer.hours, zone, day), person(day)) for day in worked)
        return
    for day in days:  # a turn is taken a day at a time: who has it is the same, and no turn is too long
        yield Stint(_at(day, layer.handover, zone), _at(day + _DAY, layer.handover, zone), person(day))


def _window(hours: Hours, zone: str, day: date) -> tuple[datetime, datetime]:
    last = day if hours.end > hours.start else day + _DAY
    return _at(day, hours.start, zone), _at(last, hours.end, zone)


def _windows(hours: Hours, zone: str, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    for day in _days(zone, since, until):
        start, end = _window(hours, zone, day)
        if DAYS[day.weekday()] in hours.days and max(start, since) < min(end, until):
            yield max(start, since), min(end, until)


def _covered(rota: Rota, since: datetime, until: datetime) -> Iterable[tuple[datetime, datetime]]:
    return [(since, until)] if rota.covers is None else _windows(rota.covers, rota.zone, since, until)


def check_shifts(rota: Rota) -> None:
    """Return if every shift and swap ends after it begins.

    Raises:
        BadUsage: one does not, or its times are none.

    """
    for each in (*rota.shifts, *rota.swaps):
        made = _shift(each, rota.zone)
        if made.end <= made.start:
            raise BadUsage(f"a shift of {each.person} ends before it begins: {each.start}", target=each.start)


def _shift(shift: Shift, zone: str) -> Stint:
    return Stint(instant(shift.start, zone), instant(shift.end, zone), shift.person)


def _without(stint: Stint, taken: Stint) -> Iterator[Stint]:
    """Yield what is left of a stint when another takes its part."""
    if taken.end <= stint.start or taken.start >= stint.end or taken.start >= taken.end:
        yield stint
        return
    if stint.start < taken.start:
        yield Stint(stint.start, taken.start, stint.person)
    if taken.end < stint.end:
        yield Stint(taken.end, stint.end, stint.person)
