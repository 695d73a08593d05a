"""Sliding windows over the events of one group; not for which events are in a group."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Protocol

from jumpkit.detect.leaf import COMPARE
from jumpkit.detect.ordered import truth
from jumpkit.detect.tree import Call, Correlation, Threshold

if TYPE_CHECKING:
    from collections.abc import Sequence

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Group:
    """The events of one group in order of time: when, which rule's (its number), which event, and the values taken."""

    times: list[int]
    numbers: list[int]
    ids: list[int]
    values: list[Any]


@dataclass(slots=True)
class Run:
    """Overlapping windows in which a condition held: first and last event, and the moment at which it first held."""

    first: int
    last: int
    moment: int


class Measure(Protocol):
    """What a window is measured by, as events come in and go out."""

    def add(self, group: Group, at: int) -> None:
        """Take in an event."""

    def drop(self, group: Group, at: int) -> None:
        """Let go of an event."""

    def holds(self) -> bool:
        """Say whether the condition holds on what is in the window."""


def _compare(threshold: Threshold, value: Any) -> bool:
    bound: Any = threshold.count
    return COMPARE[threshold.op](value, Fraction(bound) if isinstance(bound, float) else bound)


class _Distinct:
    """How many different things are in the window: events, values, or rules."""

    def __init__(self, threshold: Threshold, kind: str) -> None:
        self._threshold = threshold
        self._kind = kind
        self._there: Counter[Any] = Counter()

    def _things(self, group: Group, at: int) -> Sequence[Any]:
        if self._kind == "value_count":
            return group.values[at]  # type: ignore[no-any-return]  # a list of texts, made for this kind
        return (group.ids[at],) if self._kind == "event_count" else (group.numbers[at],)

    def add(self, group: Group, at: int) -> None:
        self._there.update(self._things(group, at))

    def drop(self, group: Group, at: int) -> None:
        for thing in self._things(group, at):
            self._there[thing] -= 1
            if not self._there[thing]:
                del self._there[thing]

    def holds(self) -> bool:
        return _compare(self._threshold, len(self._there))


class _Sum:
    """The exact sum or mean of the numbers in the window."""

    def __init__(self, threshold: Threshold, kind: str) -> None:
        self._threshold = threshold
        self._mean = kind == "value_avg"
        self._sum = Fraction(0)
        self._count = 0

    def add(self, group: Group, at: int) -> None:
        self._sum += sum(group.values[at], Fraction(0))
        self._count += len(group.values[at])

    def drop(self, group: Group, at: int) -> None:
        self._sum -= sum(group.values[at], Fraction(0))
        self._count -= len(group.values[at])

    def holds(self) -> bool:
        if not self._count:
            return False
        return _compare(self._threshold, self._sum / self._count if self._mean else self._sum)


class _Percentile:
    """A percentile of the numbers in the window, from a tree of counts by rank."""

    def __init__(self, threshold: Threshold, group: Group, percentile: int) -> None:
        self._threshold = threshold
        self._percentile = percentile
        self._ranks = sorted({value for values in group.values for value in values})
        self._tree = [0] * (len(self._ranks) + 1)
        self._top = 1 << max(len(self._ranks).bit_length() - 1, 0)
        self._count = 0

    def _change(self, value: Fraction, by: int) -> None:
        at = bisect_left(self._ranks, value) + 1
        while at < len(self._tree):
            self._tree[at] += by
            at += at & -at
        self._count += by

    def _nth(self, number: int) -> Any:
        at, step = 0, self._top
        while step:
            if at + step < len(self._tree) and self._tree[at + step] <= number:
                at += step
                number -= self._tree[at]
            step >>= 1
        return self._ranks[at]

    def add(self, group: Group, at: int) -> None:
        for value in group.values[at]:
            self._change(value, 1)

    def drop(self, group: Group, at: int) -> None:
        for value in group.values[at]:
            self._change(value, -1)

    def holds(self) -> bool:
        if not self._count:
            return False
        place = Fraction(self._percentile, HUNDRED) * (self._count - 1)
        low = self._nth(int(place))
        part = place - int(place)
        value = low + part * (self._nth(int(place) + 1) - low) if part else low
        return _compare(self._threshold, value)


class _Truth:
    """An expression over which rules have an event in the window."""

    def __init__(self, condition: Call, names: Sequence[str]) -> None:
        self._condition = condition
        self._names = names
        self._there: Counter[int] = Counter()

    def add(self, group: Group, at: int) -> None:
        self._there[group.numbers[at]] += 1

    def drop(self, group: Group, at: int) -> None:
        self._there[group.numbers[at]] -= 1

    def holds(self) -> bool:
        return truth(self._condition, frozenset(self._names[number] for number, count in self._there.items() if count))


def measure(correlation: Correlation, group: Group) -> Measure:
    """Return the measure of a correlation's windows."""
    if correlation.condition is not None:
        return _Truth(correlation.condition, correlation.rules)
    threshold = correlation.threshold or Threshold("gte", len(correlation.rules))
    if correlation.kind in {"value_sum", "value_avg"}:
        return _Sum(threshold, correlation.kind)
    if correlation.kind in {"value_percentile", "value_median"}:
        return _Percentile(threshold, group, 50 if correlation.kind == "value_median" else threshold.percentile)
    return _Distinct(threshold, correlation.kind)


def sliding(group: Group, span: int, window: Measure) -> list[Run]:
    """Return the runs of windows [t - span, t] that hold, t being each moment of the group; both ends included."""
    runs: list[Run] = []
    times = group.times
    first = end = 0
    while end < len(times):
        moment = times[end]
        while end < len(times) and times[end] == moment:
            window.add(group, end)
            end += 1
        while times[first] < moment - span:
            window.drop(group, first)
            first += 1
        if window.holds():
            join(runs, Run(first, end - 1, moment))
    return runs


def join(runs: list[Run], fresh: Run) -> None:
    """Add a window to the last run where they share an event, else begin another run."""
    if runs and fresh.first <= runs[-1].last:
        runs[-1].last = max(runs[-1].last, fresh.last)
        runs[-1].moment = min(runs[-1].moment, fresh.moment)
    else:
        runs.append(fresh)
