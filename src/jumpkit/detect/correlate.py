"""Correlations over the matches of a case; what a window is and what is reported is in decision 0003."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jumpkit.detect.chains import chained
from jumpkit.detect.correlations import field_of
from jumpkit.detect.leaf import number_of
from jumpkit.detect.values import text_of
from jumpkit.detect.windows import Group, Run, measure, sliding
from jumpkit.store.lake.schema import HIT, TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.detect.ruleset import RuleSet
    from jumpkit.detect.tree import Correlation

_MILLISECONDS = 1000
_Ints = npt.NDArray[np.int64]


@dataclass
class Events:
    """What one rule contributes: moments, event numbers, the rows of `hits` behind each, and its fields by code."""

    times: _Ints
    ids: _Ints
    rows: Sequence[npt.NDArray[np.int64]] | _Ints
    codes: _Ints
    fields: list[dict[str, Any]]

    def rows_of(self, at: int) -> list[int]:
        """Return the rows of `hits` behind an event."""
        found = self.rows[at]
        return found.tolist() if isinstance(found, np.ndarray) else [int(found)]


@dataclass
class _Firings:
    """The runs of a correlation, while they are found."""

    times: list[int] = field(default_factory=list)
    rows: list[npt.NDArray[np.int64]] = field(default_factory=list)
    fields: list[dict[str, Any]] = field(default_factory=list)
    reported: list[tuple[int, str | None]] = field(default_factory=list)  # rows of `hits`, and the group


def correlate(ruleset: RuleSet, hits: pa.Table) -> pa.Table:
    """Return the events behind every correlation that held, under its rule id, each once a rule and group.

    `hits` and the result have the schema HIT; `fields` of the result is the group. O(n log n) in the matches of base
    rules; the order of the rows of `hits` makes no difference.
    """
    places = _inwards(ruleset)
    if not places or not hits.num_rows:
        return HIT.empty_table()
    known = _base_events(ruleset, hits, places)
    found = [_run(ruleset, place, known, hits) for place in places]
    return pa.concat_tables([HIT.empty_table(), *found]).unify_dictionaries()


def _inwards(ruleset: RuleSet) -> list[int]:
    """Return the live correlations, each after those that it correlates."""
    order: dict[int, None] = {}

    def visit(place: int) -> None:
        if place in order or ruleset.bodies[place].correlation is None:
            return
        for base in ruleset.bodies[place].bases:
            visit(base)
        order[place] = None

    for place, info in enumerate(ruleset.infos):
        if info.live and info.correlation:
            visit(place)
    return list(order)


def _base_events(ruleset: RuleSet, hits: pa.Table, places: list[int]) -> dict[int, Events]:
    """Return the events of the plain rules that correlations name; one without a time lies in no window."""
    wanted = {base for place in places for base in ruleset.bodies[place].bases}
    names = pc.dictionary_encode(hits["rule"].combine_chunks().cast(pa.string()))
    by_code = [ruleset.places.get(name, -1) for name in names.dictionary.to_pylist()]
    rules = np.array([*by_code, -1])[names.indices.fill_null(-1).to_numpy(zero_copy_only=False)]
    timed = hits["time"].combine_chunks().is_valid().to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(np.isin(rules, sorted(wanted)) & timed).astype(np.int64)
    used = hits.select(["uid", "time", "fields"]).take(pa.array(rows))
    ids, times, rules = _ranks(used["uid"]), used["time"].combine_chunks().to_numpy(zero_copy_only=False), rules[rows]
    found = {}
    for place in np.unique(rules).tolist():
        at = np.flatnonzero(rules == place)
        at = at[np.unique(ids[at], return_index=True)[1]]
        texts = _encoded(used["fields"].take(pa.array(at)))
        codes = texts.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
        fields = [_decoded(text) for text in texts.dictionary.to_pylist()]
        found[place] = Events(times[at], ids[at], rows[at], codes, [*fields, {}])
    return found


def _ranks(column: pa.ChunkedArray) -> _Ints:
    """Return for each text its place among all in order, so that ties fall the same way whatever the rows' order."""
    encoded = _encoded(column)
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order) + 1, np.int64)
    rank[order] = np.arange(len(order))
    rank[-1] = len(order)
    codes: _Ints = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return rank[codes]


def _encoded(column: pa.ChunkedArray) -> Any:
    return pc.dictionary_encode(column.combine_chunks().cast(pa.string()))


def _decoded(text: str) -> dict[str, Any]:
    value = msgspec.json.decode(text)
    return value if isinstance(value, dict) else {}


def _run(ruleset: RuleSet, place: int, known: dict[int, Events], hits: pa.Table) -> pa.Table:
    body = ruleset.bodies[place]
    correlation = body.correlation
    if correlation is None:
        raise TypeError("only correlations are run here")
    firings = _Firings()
    nothing = Events(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64), [{}])
    bases = [known.get(base, nothing) for base in body.bases]
    for key, group, members in _grouped(correlation, bases):
        _fire(correlation, key, group, members, firings)
    order = np.argsort(np.array(firings.times, np.int64), kind="stable")
    known[place] = Events(
        np.array(firings.times, np.int64)[order],
        -1 - np.arange(len(order), dtype=np.int64) - (place << 32),
        [firings.rows[at] for at in order.tolist()],
        np.arange(len(order), dtype=np.int64),
        [firings.fields[at] for at in order.tolist()] + [{}],
    )
    return _table(ruleset.infos[place].rule, firings.reported, hits)


@dataclass
class _Members:
    """Where each event of a group came from: the number of its rule and its place among that rule's events."""

    bases: Sequence[Events]
    numbers: list[int]
    at: list[int]

    def rows(self, member: int) -> list[int]:
        return self.bases[self.numbers[member]].rows_of(self.at[member])

    def fields(self, member: int) -> dict[str, Any]:
        base = self.bases[self.numbers[member]]
        return base.fields[int(base.codes[self.at[member]])]


def _grouped(correlation: Correlation, bases: Sequence[Events]) -> list[tuple[tuple[str, ...], Group, _Members]]:
    """Return the groups by key; an event without one of the fields is in none."""
    keys: dict[tuple[str, ...], int] = {}
    parts = []
    for number, base in enumerate(bases):
        by_code = np.array([_key(correlation, number, fields, keys) for fields in base.fields], np.int64)
        group = by_code[base.codes]
        at = np.flatnonzero(group >= 0)
        parts.append((group[at], base.times[at], base.ids[at], np.full(len(at), number), at))
    group, times, ids, numbers, at = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.lexsort((numbers, ids, times, group))
    if correlation.kind not in {"temporal", "temporal_ordered"}:
        same = np.stack((group[order], ids[order]))
        order = order[np.concatenate([[True], (same[:, 1:] != same[:, :-1]).any(axis=0)])] if len(order) else order
    bounds = np.searchsorted(group[order], np.arange(len(keys) + 1))
    found = []
    for key, mark in sorted(keys.items()):
        span = order[bounds[mark] : bounds[mark + 1]]
        members = _Members(bases, numbers[span].tolist(), at[span].tolist())
        values = [_values(correlation, members, member) for member in range(len(span))]
        found.append((key, Group(times[span].tolist(), members.numbers, ids[span].tolist(), values), members))
    return found


def _key(correlation: Correlation, number: int, fields: dict[str, Any], keys: dict[tuple[str, ...], int]) -> int:
    values = [fields.get(field_of(correlation, number, name)) for name in correlation.group_by]
    if any(value is None or value == [] for value in values):
        return -1
    return keys.setdefault(tuple(text_of(value) for value in values), len(keys))


def _values(correlation: Correlation, members: _Members, member: int) -> Any:
    """Return what an event adds to a value correlation: texts, or exact numbers."""
    threshold = correlation.threshold
    if threshold is None or not threshold.fields or not correlation.kind.startswith("value_"):
        return ()
    number, fields = members.numbers[member], members.fields(member)
    taken = [fields.get(field_of(correlation, number, name)) for name in threshold.fields]
    if any(value is None or value == [] for value in taken):
        return ()
    if len(taken) > 1:
        return (tuple(text_of(value) for value in taken),) if correlation.kind == "value_count" else ()
    listed = taken[0] if isinstance(taken[0], list) else [taken[0]]
    if correlation.kind == "value_count":
        return tuple({text_of(value) for value in listed})
    numbers = (number_of(value) for value in listed)
    return tuple(Fraction(each) for each in numbers if each is not None and isfinite(each))


def _fire(correlation: Correlation, key: tuple[str, ...], group: Group, members: _Members, firings: _Firings) -> None:
    span = correlation.seconds * _MILLISECONDS
    if correlation.kind == "temporal_ordered":
        runs = chained(correlation, group, span)
    else:
        runs = sliding(group, span, measure(correlation, group))
    counted = _counted(correlation)
    text = msgspec.json.encode(dict(zip(correlation.group_by, key, strict=True))).decode() if key else None
    reported: set[int] = set()
    for run in runs:
        within = (member for member in range(run.first, run.last + 1) if group.numbers[member] in counted)
        rows = {row for member in within for row in members.rows(member)}
        if not rows:
            continue  # only rules under `not` have events there
        reported |= rows
        firings.times.append(run.moment)
        firings.rows.append(np.array(sorted(rows), np.int64))
        firings.fields.append(_offered(correlation, key, group, members, run))
    firings.reported += [(row, text) for row in sorted(reported)]


def _counted(correlation: Correlation) -> set[int]:
    """Return the numbers of the rules whose events are reported: all that do not stand under `not`."""
    if correlation.condition is None:
        return set(range(len(correlation.rules)))
    wanted: set[str] = set()

    def visit(call: Any, *, plain: bool) -> None:
        if call.op == "rule" and plain:
            wanted.add(call.rule)
        for part in call.parts:
            visit(part, plain=plain != (call.op == "not"))

    visit(correlation.condition, plain=True)
    return {number for number, name in enumerate(correlation.rules) if name in wanted}


def _offered(
    correlation: Correlation, key: tuple[str, ...], group: Group, members: _Members, run: Run
) -> dict[str, Any]:
    """Return the fields that a run offers to correlations above: its group's, else those of its decisive event."""
    at = next(member for member in range(run.first, run.last + 1) if group.times[member] == run.moment)
    fields = members.fields(at)
    number = group.numbers[at]
    paths = {alias: field_of(correlation, number, alias) for alias in correlation.aliases}
    renamed = {alias: fields[path] for alias, path in paths.items() if path in fields}
    return {**fields, **renamed, **dict(zip(correlation.group_by, key, strict=True))}


def _table(rule: str, reported: Sequence[tuple[int, str | None]], hits: pa.Table) -> pa.Table:
    """Return the reported rows under the correlation's id, an event once a group, in order of time."""
    taken = hits.take(pa.array([row for row, _ in reported], pa.int64()))
    uids = taken["uid"].to_pylist()
    seen: set[tuple[str, str | None]] = set()
    keep = []
    for at, (uid, (_, text)) in enumerate(zip(uids, reported, strict=True)):
        if (uid, text) not in seen:
            seen.add((uid, text))
            keep.append(at)
    taken = taken.take(pa.array(keep, pa.int64()))
    texts = [reported[at][1] for at in keep]
    ids = pa.DictionaryArray.from_arrays(pa.array(np.zeros(len(keep), np.int32)), pa.array([rule]))
    taken = taken.set_column(0, HIT.field("rule"), ids.cast(TEXT))
    taken = taken.set_column(HIT.get_field_index("fields"), HIT.field("fields"), pa.array(texts, pa.string()))
    taken = taken.set_column(HIT.get_field_index("row"), HIT.field("row"), pa.nulls(len(keep), pa.int32()))
    return taken.cast(HIT).sort_by([("time", "ascending"), ("uid", "ascending")])
