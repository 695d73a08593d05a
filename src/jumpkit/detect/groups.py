"""The events of a correlation's rules, put together by group; not for what holds among them."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from jumpkit.detect.correlations import field_of
from jumpkit.detect.decide import combined
from jumpkit.detect.leaf import number_of
from jumpkit.detect.values import text_of
from jumpkit.detect.windows import Group

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jumpkit.detect.occurrences import Events, Ints
    from jumpkit.detect.tree import Correlation

_MILLISECONDS = 1000


@dataclass
class Members:
    """Where each event of a group came from: the number of its rule and its place among that rule's events."""

    bases: Sequence[Events]
    numbers: list[int]
    at: list[int]

    def rows(self, member: int) -> list[int]:
        """Return the rows of `hits` behind an event."""
        return self.bases[self.numbers[member]].rows_of(self.at[member])

    def fields(self, member: int) -> dict[str, Any]:
        """Return the fields of an event by name."""
        return self.bases[self.numbers[member]].fields_of(self.at[member])


@dataclass
class _All:
    """The events of all rules of a correlation side by side; -1 in `groups` is in none."""

    groups: Ints
    keys: list[tuple[str, ...]]
    times: Ints
    ids: Ints
    numbers: Ints
    at: Ints
    taken: Ints  # codes into `values`
    values: list[Any]


def grouped(correlation: Correlation, bases: Sequence[Events]) -> Iterator[tuple[tuple[str, ...], Group, Members]]:
    """Yield the groups that could satisfy the correlation, by key; an event without one of the fields is in none."""
    found = _together(correlation, bases)
    order = np.lexsort((found.numbers, found.ids, found.times, found.groups))
    order = order[found.groups[order] >= 0]
    if correlation.kind not in {"temporal", "temporal_ordered"} and len(order):
        same = np.stack((found.groups[order], found.ids[order]))
        order = order[np.concatenate([[True], (same[:, 1:] != same[:, :-1]).any(axis=0)])]
    hopeful = _hopeful(correlation, found, order)
    bounds = np.searchsorted(found.groups[order], np.arange(len(found.keys) + 1))
    for key, mark in sorted((found.keys[mark], mark) for mark in hopeful):
        span = order[bounds[mark] : bounds[mark + 1]]
        members = Members(bases, found.numbers[span].tolist(), found.at[span].tolist())
        values = [found.values[code] for code in found.taken[span].tolist()]
        yield key, Group(found.times[span].tolist(), members.numbers, found.ids[span].tolist(), values), members


def _together(correlation: Correlation, bases: Sequence[Events]) -> _All:
    sizes = [len(base.times) for base in bases]
    numbers = np.repeat(np.arange(len(bases), dtype=np.int64), sizes)
    groups, keys = _joint(correlation, bases, correlation.group_by, sum(sizes))
    taken, values = _taken(correlation, bases, sum(sizes))
    return _All(
        groups, keys,
        np.concatenate([base.times for base in bases]),
        np.concatenate([base.ids for base in bases]),
        numbers,
        np.concatenate([np.arange(size, dtype=np.int64) for size in sizes]),
        taken, values,
    )  # fmt: skip


def _coded(correlation: Correlation, bases: Sequence[Events], name: str, code: Any) -> Ints:
    """Return one number an event for a field's value by `code`; -1 where it is missing."""
    parts = []
    for number, base in enumerate(bases):
        fields = base.fields.get(field_of(correlation, number, name))
        if fields is None:
            parts.append(np.full(len(base.times), -1, np.int64))
        else:
            parts.append(np.array([*(code(value) for value in fields.values), -1], np.int64)[fields.codes])
    return np.concatenate(parts)


def _joint(
    correlation: Correlation, bases: Sequence[Events], names: Sequence[str], size: int
) -> tuple[Ints, list[tuple[str, ...]]]:
    """Return one number an event for its values of several fields, and what each stands for; -1: one is missing."""
    if not names:
        return np.zeros(size, np.int64), [()]
    known: list[dict[str, int]] = [{} for _ in names]
    columns = [
        _coded(correlation, bases, name, lambda value, texts=texts: texts.setdefault(text_of(value), len(texts)))
        for name, texts in zip(names, known, strict=True)
    ]
    there = np.all([column >= 0 for column in columns], axis=0)
    picked = [column[there].astype(np.int32) for column in columns]
    joined = combined(picked, [len(texts) for texts in known], int(there.sum()))
    _, first, inverse = np.unique(joined, return_index=True, return_inverse=True)
    codes = np.full(size, -1, np.int64)
    codes[there] = inverse.reshape(-1)
    listed = [list(texts) for texts in known]
    keys = [tuple(texts[column[at]] for texts, column in zip(listed, picked, strict=True)) for at in first.tolist()]
    return codes, keys


def _taken(correlation: Correlation, bases: Sequence[Events], size: int) -> tuple[Ints, list[Any]]:
    """Return what each event adds to a value correlation, as codes into distinct values; the last is nothing."""
    threshold = correlation.threshold
    if threshold is None or not threshold.fields or not correlation.kind.startswith("value_"):
        return np.zeros(size, np.int64), [()]
    if len(threshold.fields) > 1:
        codes, tuples = _joint(correlation, bases, threshold.fields, size)
        return codes, [*((each,) for each in tuples), ()]
    values: list[Any] = []
    read = _texts if correlation.kind == "value_count" else _numbers

    def code(value: Any) -> int:
        values.append(read(value))
        return len(values) - 1

    return _coded(correlation, bases, threshold.fields[0], code), [*values, ()]


def _texts(value: Any) -> tuple[str, ...]:
    return tuple({text_of(each) for each in (value if isinstance(value, list) else [value])})


def _numbers(value: Any) -> tuple[int | float, ...]:
    numbers = (number_of(each) for each in (value if isinstance(value, list) else [value]))
    return tuple(each for each in numbers if each is not None and isfinite(each))


def _hopeful(correlation: Correlation, found: _All, order: Ints) -> list[int]:
    """Return the groups in which some window holds as many events as the condition needs at the least."""
    least = _least(correlation, found)
    if len(order) < least:
        return []
    groups, times = found.groups[order], found.times[order]
    first, last = slice(0, len(order) - least + 1), slice(least - 1, None)
    close = times[last] - times[first] <= correlation.seconds * _MILLISECONDS
    hopeful: list[int] = np.unique(groups[first][(groups[first] == groups[last]) & close]).tolist()
    return hopeful


def _least(correlation: Correlation, found: _All) -> int:
    threshold = correlation.threshold
    if correlation.kind == "temporal_ordered" and correlation.condition is None:
        return len(correlation.rules)
    if threshold is None or threshold.op not in {"gt", "gte", "eq"}:
        return 1
    countable = correlation.kind in {"event_count", "temporal"} or (
        correlation.kind == "value_count" and all(len(values) <= 1 for values in found.values)
    )
    count = int(threshold.count) + (threshold.op == "gt" or threshold.count != int(threshold.count))
    return max(count, 1) if countable else 1
