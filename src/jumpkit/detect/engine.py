"""All rules over a batch at once, by columns; rows are decoded only where the columns leave a rule open."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import numpy.typing as npt

from jumpkit.detect.bring import Bringer
from jumpkit.detect.decide import Step
from jumpkit.detect.heads import HeadTests
from jumpkit.detect.program import Program, atoms_of, decided, program
from jumpkit.detect.standing import begun
from jumpkit.detect.tree import Atom
from jumpkit.model.batch import Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumpkit.detect.ruleset import RuleSet
    from jumpkit.detect.standing import Pair
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
        rule, row = _sorted(list(source.pairs(batch, rows)), batch.rows)
        return Hits(rule, row, source.bringer.all(batch, rule, row, rows))


def _sorted(pairs: list[Pair], count: int) -> Pair:
    """Return all matches by rule, then row, of which there are `count`."""
    if not pairs:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    key = np.concatenate([rule.astype(np.int64) * count + row for rule, row in pairs])
    key.sort()
    rule, row = np.divmod(key, count)
    return rule.astype(np.int32), row.astype(np.int32)


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
        if not batch.rows:
            return
        heads = [head for head in self.heads if head.head in columns]
        late = [head for head in heads if isinstance(columns[head.head].values, Texts)]
        early = [head for head in heads if head not in late]
        start, known = self._root([*early, *late])
        if len(known) > _MOST_COMBINATIONS:
            self._roots.clear()
            start, known = self._root([*early, *late])
        standing = begun(start, known, early, batch)
        for head in late:
            standing.ask(head, batch)
        yield standing.hits()
        for step, rows in standing.open():
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
