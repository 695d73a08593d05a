"""Holds the highest hour of each figure against all other days of the same subject; without such it is unknown."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from jumpkit.detect.metrics.figures import METRICS, Metric
from jumpkit.kit.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jumpkit.detect.metrics.costs import Cost
    from jumpkit.store.lake.read import Lake

UNUSUAL, USUAL, UNKNOWN = "unusual", "usual", "unknown"
LEAST_DAYS = 7  # other days that must be known before one can be called unusual
_TIMES = 5.0  # as much as the highest hour of all other days
_COST_TIMES, _COST_LEAST = 3.0, 50.0
_HOUR = 3_600_000
_DAYS = """
SELECT subject, any_value(name), hour // 24 AS day, max(amount)::DOUBLE, arg_max(hour, amount)
FROM (SELECT {subject} AS subject, {label} AS name, time // 3600000 AS hour, {amount} AS amount
      FROM events WHERE {only} GROUP BY 1, 3) AS hours
WHERE amount > 0 AND subject IS NOT NULL GROUP BY subject, day
"""
_LOGGED = "SELECT DISTINCT time // 86400000 FROM events"
_EVENTS = """
SELECT metadata.uid FROM events WHERE ({only}) AND {subject} = ? AND time >= ? AND time < ? ORDER BY time, 1 LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Signal:
    """The highest hour (of costs: day) of one figure of one subject, and what all other days say of it."""

    metric: str
    unit: str
    subject: str
    name: str | None
    state: str
    peak: float
    at: int  # ms since 1970, the beginning of the hour or day
    span: int  # ms
    usual: float | None  # the highest of all other days, None where none is known
    middle: float | None  # the median of the other days' highest
    sample: int  # other days that are known
    why: str
    events: tuple[str, ...] = ()


Days = dict[str, tuple[str | None, dict[int, tuple[float, int]]]]  # subject -> name, day -> (highest hour, which hour)


def signals(lake: Lake, older: Lake | None, most: int) -> list[Signal]:
    """Return a signal for each figure and subject that is large enough to speak of, the unusual ones first."""
    logged = {day for (day,) in lake.query(_LOGGED)}
    before = {day for (day,) in older.query(_LOGGED)} if older else set()
    found: list[Signal] = []
    for metric in METRICS:
        learned = _days(older, metric) if older else {}
        for subject, (name, days) in sorted(_days(lake, metric).items()):
            if max(amount for amount, _ in days.values()) >= metric.least:
                one = _judged(metric, subject, name, days, learned.get(subject, (None, {}))[1], len(logged | before))
                found.append(_with_events(lake, metric, one, most))
    return sorted(found, key=lambda each: (each.state != UNUSUAL, each.state, each.metric, -each.peak, each.subject))


def _days(lake: Lake, metric: Metric) -> Days:
    sql = _DAYS.format(subject=metric.subject, label=metric.label, amount=metric.amount, only=metric.only)
    found: dict[str, tuple[str | None, dict[int, tuple[float, int]]]] = {}
    for subject, name, day, amount, hour in lake.query(sql):
        found.setdefault(subject, (name, {}))[1][day] = (amount, hour)
    return found


def _judged(
    metric: Metric,
    subject: str,
    name: str | None,
    days: Mapping[int, tuple[float, int]],
    learned: Mapping[int, tuple[float, int]],
    known: int,
) -> Signal:
    """Judge the highest hour; a day on which the subject did nothing counts as one with none."""
    top = max(days, key=lambda day: days[day])
    peak, hour = days[top]
    others = [amount for day, (amount, _) in {**learned, **days}.items() if day != top]
    sample = known - 1
    shown = f"{peak:,.0f} {metric.unit} within an hour"
    if sample < LEAST_DAYS:
        least = f"{LEAST_DAYS} are the least to say what is usual"
        why = f"{shown}; {counted(max(sample, 0), 'other day')} known, and {least}"
        return Signal(
            metric.name, metric.unit, subject, name, UNKNOWN, peak, hour * _HOUR, _HOUR, None, None, sample, why
        )
    highest = max(others, default=0.0)
    middle = median([*others, *[0.0] * (sample - len(others))])
    state = UNUSUAL if peak >= _TIMES * highest else USUAL
    told = f"{shown}; on {counted(sample, 'other day')} never more than {highest:,.0f} (median {middle:,.0f})"
    why = f"{told}; it may mean {metric.means}" if state == UNUSUAL else told
    return Signal(
        metric.name, metric.unit, subject, name, state, peak, hour * _HOUR, _HOUR, highest, middle, sample, why
    )


def _with_events(lake: Lake, metric: Metric, one: Signal, most: int) -> Signal:
    sql = _EVENTS.format(only=metric.only, subject=metric.subject)
    rows = lake.query(sql, [one.subject, one.at, one.at + one.span, most])
    return replace(one, events=tuple(uid for (uid,) in rows))


def spending(costs: Sequence[Cost]) -> Iterable[Signal]:
    """Yield a signal for each account and product that had a day far above all others."""
    by_thing: dict[tuple[str, str, str], dict[int, float]] = defaultdict(dict)
    for cost in costs:
        by_thing[cost.account, cost.product, cost.currency][cost.day] = cost.amount
    known = len({cost.day for cost in costs})
    for (account, product, currency), days in sorted(by_thing.items()):
        top = max(days, key=lambda day: (days[day], -day))
        peak, sample = days[top], known - 1
        if peak < _COST_LEAST:
            continue
        others = [amount for day, amount in days.items() if day != top]
        highest = max(others, default=0.0)
        middle = median([*others, *[0.0] * (sample - len(others))]) if sample else 0.0
        state = UNKNOWN if sample < LEAST_DAYS else UNUSUAL if peak >= _COST_TIMES * highest else USUAL
        told = f"{peak:,.2f} {currency} on one day for {product}; on {counted(sample, 'other day')} never more than"
        why = f"{told} {highest:,.2f} (median {middle:,.2f})"
        at = top * 24 * _HOUR
        yield Signal(
            "spend", currency, f"{account} {product}", None, state, peak, at, 24 * _HOUR, highest, middle, sample, why
        )
