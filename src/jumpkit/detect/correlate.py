"""Correlations over the matches of a case; what a window is and what is reported is in decision 0003."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pyarrow as pa

from jumpkit.detect.chains import chained
from jumpkit.detect.correlations import field_of
from jumpkit.detect.groups import Members, grouped
from jumpkit.detect.occurrences import Events, Ints, base_events, coded, no_events
from jumpkit.detect.windows import Group, Run, measure, sliding
from jumpkit.store.lake.schema import HIT, TEXT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.detect.ruleset import RuleSet
    from jumpkit.detect.tree import Correlation

_MILLISECONDS = 1000


@dataclass
class _Firings:
    """The runs of a correlation, while they are found."""

    times: list[int] = field(default_factory=list)
    rows: list[Ints] = field(default_factory=list)
    fields: list[dict[str, Any]] = field(default_factory=list)
    reported: list[tuple[int, str | None]] = field(default_factory=list)  # rows of `hits`, and the group


def correlate(ruleset: RuleSet, hits: pa.Table) -> pa.Table:
    """Return the events behind every correlation that held, under its rule id, each once a rule and group.

    `hits` and the result have the schema HIT; `fields` of the result is the group, `row` is null. O(n log n) in the
    matches of base rules, whose columns are held in memory; the order of the rows of `hits` makes no difference.
    """
    places = _inwards(ruleset)
    if not places or not hits.num_rows:
        return HIT.empty_table()
    plain = {base for place in places for base in ruleset.bodies[place].bases}
    known = base_events(ruleset, hits, {place for place in plain if ruleset.bodies[place].correlation is None})
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


def _run(ruleset: RuleSet, place: int, known: dict[int, Events], hits: pa.Table) -> pa.Table:
    body = ruleset.bodies[place]
    correlation = body.correlation
    if correlation is None:
        raise TypeError("only correlations are run here")
    firings = _Firings()
    for key, group, members in grouped(correlation, [known.get(base) or no_events() for base in body.bases]):
        _fire(correlation, key, group, members, firings)
    order = np.argsort(np.array(firings.times, np.int64), kind="stable")
    known[place] = Events(
        np.array(firings.times, np.int64)[order],
        -1 - np.arange(len(order), dtype=np.int64) - (place << 32),
        [firings.rows[at] for at in order.tolist()],
        coded((firings.fields[at] for at in order.tolist()), len(order)),
    )
    return _table(ruleset.infos[place].rule, firings.reported, hits)


def _fire(correlation: Correlation, key: tuple[str, ...], group: Group, members: Members, firings: _Firings) -> None:
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
    correlation: Correlation, key: tuple[str, ...], group: Group, members: Members, run: Run
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
    taken = taken.set_column(HIT.get_field_index("row"), HIT.field("row"), pa.nulls(len(keep), pa.int32()))
    taken = taken.set_column(HIT.get_field_index("fields"), HIT.field("fields"), pa.array(texts, pa.string()))
    return taken.cast(HIT).sort_by([("time", "ascending"), ("uid", "ascending")])
