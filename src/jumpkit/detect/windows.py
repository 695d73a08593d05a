"""Sliding windows over the events of one group; not for which events are in a group."""

from __future__ import annotations

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


class _Bound:
    """A threshold that exact numbers are held against."""

    def __init__(self, threshold: Threshold) -> None:
        self._compare = COMPARE[threshold.op]
        self._bound: Any = Fraction(threshold.count) if isinstance(threshold.count, float) else threshold.count

    def met(self, value: Any) -> bool:
        return self._compare(value, self._bound)


class _Count(_Bound):
    """How many events are in the window; a group holds each once."""

    _there = 0

    def add(self, _group: Group, _at: int) -> None:
        self._there += 1

    def drop(self, _group: Group, _at: int) -> None:
        self._there -= 1

    def holds(self) -> bool:
        return self.met(self._there)


class _Distinct(_Bound):
    """How many different things are in the window: values, or rules."""

    def __init__(self, threshold: Threshold, *, rules: bool) -> None:
        super().__init__(threshold)
        self._rules = rules
        self._there: dict[Any, int] = {}

    def add(self, group: Group, at: int) -> None:
        for thing in (group.numbers[at],) if self._rules else group.values[at]:
            self._there[thing] = self._there.get(thing, 0) + 1

    def drop(self, group: Group, at: int) -> None:
        for thing in (group.numbers[at],) if self._rules else group.values[at]:
            left = self._there[thing] - 1
            if left:
                self._there[thing] = left
            else:
                del self._there[thing]

    def holds(self) -> bool:
        return self.met(len(self._there))


def _exact(values: Sequence[int | float]) -> Any:
    """Return the sum of numbers without rounding."""
    return sum(Fraction(value) if isinstance(value, float) else value for value in values)


class _Sum(_Bound):
    """The exact sum or mean of the numbers in the window."""

    def __init__(self, threshold: Threshold, *, mean: bool) -> None:
        super().__init__(threshold)
        self._mean = mean
        self._sum: Any = 0
        self._count = 0

    def add(self, group: Group, at: int) -> None:
        self._sum += _exact(group.values[at])
        self._count += len(group.values[at])

    def drop(self, group: Group, at: int) -> None:
        self._sum -= _exact(group.values[at])
        self._count -= len(group.values[at])

    def holds(self) -> bool:
        if not self._count:
            return False
        return self.met(Fraction(self._sum) / self._count if self._mean else self._sum)


class _Percentile(_Bound):
    """A percentile of the numbers in the window, from a tree of counts by rank."""

    def __init__(self, threshold: Threshold, group: Group, percentile: int) -> None:
        super().__init__(threshold)
        self._percentile = percentile
        self._sorted = sorted({value for values in group.values for value in values})
        self._ranks = {value: rank for rank, value in enumerate(self._sorted, 1)}
        self._tree = [0] * (len(self._sorted) + 1)
        self._top = 1 << max(len(self._sorted).bit_length() - 1, 0)
        self._count = 0

    def _change(self, values: Sequence[int | float], by: int) -> None:
        for value in values:
            at = self._ranks[value]
            while at < len(self._tree):
                self._tree[at] += by
                at += at & -at
            self._count += by

    def _nth(self, number: int) -> int | float:
        at, step = 0, self._top
        while step:
            if at + step < len(self._tree) and self._tree[at + step] <= number:
                at += step
                number -= self._tree[at]
            step >>= 1
        found: int | float = self._sorted[at]
        return found

    def add(self, group: Group, at: int) -> None:
        self._change(group.values[at], 1)

    def drop(self, group: Group, at: int) -> None:
        self._change(group.values[at], -1)

    def holds(self) -> bool:
        if not self._count:
            return False
        whole, part = divmod(self._percentile * (self._count - 1), HUNDRED)
        low: Any = self._nth(whole)
        if part:
            low = Fraction(low) + Fraction(part, HUNDRED) * (Fraction(self._nth(whole + 1)) - Fraction(low))
        return self.met(low)


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
    if correlation.kind == "event_count":
        return _Count(threshold)
    if correlation.kind in {"value_sum", "value_avg"}:
        return _Sum(threshold, mean=correlation.kind == "value_avg")
    if correlation.kind in {"value_percentile", "value_median"}:
        return _Percentile(threshold, group, 50 if correlation.kind == "value_median" else threshold.percentile)
    return _Distinct(threshold, rules=correlation.kind == "temporal")


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
