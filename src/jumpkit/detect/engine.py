"""All rules over a batch at once, by columns; rows are decoded only where the columns leave a rule open."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt

from jumpkit.detect.bring import Bringer
from jumpkit.detect.decide import Step, combined
from jumpkit.detect.heads import HeadTests
from jumpkit.detect.program import Program, atoms_of, decided, program
from jumpkit.detect.tree import Atom
from jumpkit.model.batch import Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumpkit.detect.ruleset import RuleSet
    from jumpkit.model.batch import Batch

_MOST_COMBINATIONS = 200_000  # remembered; then they are forgotten and found again


@dataclass(frozen=True, slots=True)
class Hits:
    """Matches, sorted by rule, then row: `rule` is a place in the set's infos; `fields` is JSON for correlations."""

    rule: npt.NDArray[np.int32]
    row: npt.NDArray[np.int32]
    fields: list[str | None]


def decode(record: Any) -> dict[str, Any]:
    """Return the event in a record's bytes, as JSON."""
    try:
        value = msgspec.json.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError):
        value = json.loads(bytes(record))
    if not isinstance(value, dict):
        raise TypeError("a record is no JSON object")
    return value


class _Rows:
    """The decoded events of a batch, each decoded once."""

    def __init__(self, batch: Batch, event: Callable[[Any], dict[str, Any]]) -> None:
        self.batch = batch
        self._event = event
        self._known: dict[int, dict[str, Any]] = {}

    def __call__(self, row: int) -> dict[str, Any]:
        known = self._known.get(row)
        if known is None:
            known = self._known[row] = self._event(self.batch.records[row])
        return known


class Engine:
    """Matches batches against one rule set; it remembers what it decided, so one is kept for a whole run."""

    def __init__(self, ruleset: RuleSet, event: Callable[[Any], dict[str, Any]] = decode) -> None:
        """Take the rules, and how a record's bytes become the event that rules see."""
        self.ruleset = ruleset
        self.event = event
        self._sources: dict[str, _Source] = {}

    def match(self, batch: Batch) -> Hits:
        """Return every match of a live rule in the batch."""
        source = self._sources.get(batch.source)
        if source is None:
            source = self._sources[batch.source] = _Source(self.ruleset, batch.source)
        rows = _Rows(batch, self.event)
        pairs = list(source.pairs(batch, rows))
        rule = np.concatenate([pair[0] for pair in pairs] or [np.zeros(0, np.int32)])
        row = np.concatenate([pair[1] for pair in pairs] or [np.zeros(0, np.int32)])
        order = np.lexsort((row, rule))
        rule, row = rule[order], row[order]
        return Hits(rule, row, source.bringer.all(batch, rule, row, rows))


Group = tuple[Step, npt.NDArray[np.int32]]  # rows, and what is known of them
Pair = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]


class _Source:
    """The program of one source with all that was decided of it."""

    def __init__(self, ruleset: RuleSet, source: str) -> None:
        self.program = program(ruleset, source)
        self.heads = _heads(self.program)
        self.bringer = Bringer(ruleset, source)
        self._roots: dict[tuple[str, ...], tuple[Step, dict[bytes, Step]]] = {}

    def pairs(self, batch: Batch, event: _Rows) -> Iterator[Pair]:
        """Yield matches in no order."""
        columns = batch.columns
        heads = [head for head in self.heads if head.head in columns]
        late = [head for head in heads if isinstance(columns[head.head].values, Texts)]
        early = [head for head in heads if head not in late]
        start, known = self._root([*early, *late])
        if len(known) > _MOST_COMBINATIONS:
            self._roots.clear()
            start, known = self._root([*early, *late])
        every = np.arange(batch.rows, dtype=np.int32)
        kinds = [head.classes(columns[head.head], batch.records, every) for head in early]
        groups = list(_groups(start, known, kinds, early, batch.rows))
        for head in late:
            groups = list(_further(head, groups, batch))
        for step, rows in groups:
            if len(step.hits):
                yield np.repeat(step.hits, len(rows)), np.tile(rows, len(step.hits))
            if step.left:
                yield from self._open(step, rows, event)

    def _root(self, heads: list[HeadTests]) -> tuple[Step, dict[bytes, Step]]:
        names = tuple(head.head for head in heads)
        found = self._roots.get(names)
        if found is None:
            rules = [(place, formula, atoms_of(formula)) for place, formula in self.program.rules]
            found = self._roots[names] = (Step(heads, (), rules), {})
        return found

    def _open(self, step: Step, rows: npt.NDArray[np.int32], event: _Rows) -> Iterator[Pair]:
        found: dict[int, list[int]] = {}
        for row in rows.tolist():
            answers = _Answers(self.program, event, row)
            for place, formula, _ in step.left:
                if decided(formula, answers):
                    found.setdefault(place, []).append(row)
        for place, matched in found.items():
            yield np.full(len(matched), place, np.int32), np.array(matched, np.int32)


class _Answers:
    """The atoms of one row, each asked at most once."""

    def __init__(self, made: Program, event: _Rows, row: int) -> None:
        self._program = made
        self._event = event
        self._row = row
        self._known: dict[int, bool] = {}

    def __call__(self, number: int) -> bool:
        known = self._known.get(number)
        if known is None:
            known = self._known[number] = self._program.check(number)(self._event(self._row))
        return known


def _heads(made: Program) -> list[HeadTests]:
    """Return the testable fields, those that most rules ask for first."""
    fields: dict[str, dict[int, Atom]] = {}
    for number, atom in enumerate(made.atoms):
        if isinstance(atom, Atom) and not _crosses(atom):
            fields.setdefault(atom.head, {})[number] = atom
    wanted = [atoms_of(formula) for _, formula in made.rules]
    asked = {head: sum(1 for each in wanted if each & atoms.keys()) for head, atoms in fields.items()}
    order = sorted(fields, key=lambda head: (-asked[head], head))
    return [HeadTests(head, fields[head], made.tests) for head in order]


def _crosses(atom: Atom) -> bool:
    """Say whether an atom compares with another top-level field."""
    return any(
        leaf.op == "ref" and leaf.text.split(".")[0] != atom.head for clause in atom.clauses for leaf in clause.leaves
    )


def _groups(
    start: Step, known: dict[bytes, Step], kinds: list[npt.NDArray[np.int32]], heads: list[HeadTests], count: int
) -> Iterator[Group]:
    """Yield the rows of each combination of classes with what it decides, where it decides anything."""
    if not count:
        return
    key = combined(kinds, [len(head.true) for head in heads], count)
    order = np.argsort(key, kind="stable").astype(np.int32)
    bounds = np.flatnonzero(np.diff(key[order], prepend=-1, append=-1))
    table = np.stack(kinds, axis=1)[order[bounds[:-1]]] if kinds else np.zeros((1, 0), np.int32)
    for number, combination in enumerate(table):
        name = combination.tobytes()
        step = known.get(name)
        if step is None:
            step = known[name] = _walk(start, combination, heads)
        if len(step.hits) or step.left:
            yield step, order[bounds[number] : bounds[number + 1]]


def _further(head: HeadTests, groups: list[Group], batch: Batch) -> Iterator[Group]:
    """Yield the groups, those that wait for this field divided by the classes of its values."""
    waiting = [group for group in groups if group[0].heads and group[0].heads[0] is head]
    yield from (group for group in groups if not group[0].heads or group[0].heads[0] is not head)
    if not waiting:
        return
    rows = np.concatenate([group[1] for group in waiting])
    places = np.repeat(np.arange(len(waiting)), [len(group[1]) for group in waiting])
    kinds = head.classes(batch.columns[head.head], batch.records, rows)
    key = places * len(head.true) + kinds
    order = np.argsort(key, kind="stable")
    bounds = np.flatnonzero(np.diff(key[order], prepend=-1, append=-1))
    for begin, end in pairwise(bounds.tolist()):
        first = order[begin]
        step = waiting[places[first]][0].after(int(kinds[first]))
        if len(step.hits) or step.left:
            yield step, rows[order[begin:end]]


def _walk(step: Step, combination: npt.NDArray[np.int32], heads: list[HeadTests]) -> Step:
    """Return what the first fields decide; the next one that is needed may be one that is asked later."""
    kinds = {head.head: int(kind) for head, kind in zip(heads, combination, strict=True)}
    while step.heads and step.heads[0].head in kinds:
        step = step.after(kinds[step.heads[0].head])
    return step
