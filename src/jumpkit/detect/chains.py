"""Rules that have to match in a given order; the windows of `temporal_ordered`."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from jumpkit.detect.ordered import Alternative, alternatives
from jumpkit.detect.windows import Group, Run, join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.detect.tree import Correlation

_Start = tuple[int, int]  # the latest start of a chain, and the event that ends it


def chained(correlation: Correlation, group: Group, span: int) -> list[Run]:
    """Return the runs of chains no longer than `span`, in any order that the correlation accepts."""
    if correlation.condition is None:
        ways: Sequence[Alternative] = (Alternative(correlation.rules, frozenset()),)
    else:
        ways = [way for way in alternatives(correlation.condition) if way.order]
    numbers = {name: number for number, name in reversed(list(enumerate(correlation.rules)))}
    found = [
        run
        for way in ways
        for run in _Chains(group, [numbers[name] for name in way.order], {numbers[name] for name in way.absent}).runs(
            span
        )
    ]
    merged: list[Run] = []
    for run in sorted(found, key=lambda run: (run.first, run.last)):
        join(merged, run)
    return merged


class _Chains:
    """The best chains so far: for each step, the two latest starts whose last events differ."""

    def __init__(self, group: Group, order: Sequence[int], absent: set[int]) -> None:
        self._group = group
        self._order = order
        self._absent = absent
        self._best: list[list[_Start]] = [[] for _ in order]
        self._starts = [time for time, number in zip(group.times, group.numbers, strict=True) if number == order[0]]
        self._barred: int | None = None  # the last moment of a rule that has to be absent

    def runs(self, span: int) -> list[Run]:
        found: list[Run] = []
        times = self._group.times
        end = 0
        while end < len(times):
            begin, moment = end, times[end]
            while end < len(times) and times[end] == moment:
                end += 1
            lowest = self._lowest(begin, end, moment - span)
            if self._ends_at(begin, end, lowest):
                start = self._starts[bisect_left(self._starts, lowest)]
                join(found, Run(bisect_left(times, start), end - 1, moment))
        return found

    def _lowest(self, begin: int, end: int, lowest: int) -> int:
        """Return the earliest moment at which a chain that ends now may begin."""
        if any(self._group.numbers[at] in self._absent for at in range(begin, end)):
            self._barred = self._group.times[begin]
        return lowest if self._barred is None else max(lowest, self._barred + 1)

    def _ends_at(self, begin: int, end: int, lowest: int) -> bool:
        """Take in the events of a moment; say whether a chain that began late enough ends with one of them."""
        ended = False
        for step, number in enumerate(self._order):
            for at in range(begin, end):
                if self._group.numbers[at] != number:
                    continue
                start = self._start(step, at)
                if start is not None:
                    self._keep(step, (start, self._group.ids[at]))
                    ended = ended or (step == len(self._order) - 1 and start >= lowest)
        return ended

    def _start(self, step: int, at: int) -> int | None:
        if step == 0:
            return self._group.times[at]
        return max((start for start, last in self._best[step - 1] if last != self._group.ids[at]), default=None)

    def _keep(self, step: int, chain: _Start) -> None:
        others = [each for each in self._best[step] if each[1] != chain[1]]
        same = [each for each in self._best[step] if each[1] == chain[1]]
        best = max([chain, *same])
        self._best[step] = sorted([best, *others], reverse=True)[:2]
