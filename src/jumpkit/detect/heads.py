"""The atoms below one top-level field, asked once for each distinct value of that field."""

from __future__ import annotations

from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from jumpkit.detect.evaluate import Tests, atom_holds
from jumpkit.detect.letters import Letters
from jumpkit.detect.paths import MOST_BITS, PathTests
from jumpkit.detect.sieve import caught, json_sieve, sieve
from jumpkit.detect.values import Path, may_hold
from jumpkit.model.batch import Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jumpkit.detect.tree import Atom, Clause, Leaf
    from jumpkit.model.batch import Batch, Column

Rows = npt.NDArray[np.int32]
_FEW = 64  # texts; below, a loop costs less than arrays
_EPOCHS = 1


def _plain(clause: Clause) -> bool:
    return not (clause.negated or clause.every or clause.refers)


class HeadTests:
    """The atoms of one top-level field and the classes of values that they tell apart."""

    def __init__(self, head: str, atoms: dict[int, Atom], tests: Tests) -> None:
        """Take the atoms by number; each reads no other top-level field."""
        self.head = head
        self.tests = tests
        self.atoms = atoms
        self.numbers = frozenset(atoms)
        self._paths: dict[Path, PathTests] = {}
        self._known: dict[Clause, int] = {}
        self._single: dict[int, int] = {}  # bit -> atom
        self._joint: list[tuple[int, int, Atom, bool]] = []  # bits it cannot hold without, number, atom, if they do
        self._classes: dict[tuple[int, tuple[int, ...]], int] = {}
        self._by_true: dict[frozenset[int], int] = {}
        self._narrowed: dict[frozenset[int], _Narrowed] = {}
        self.true: list[frozenset[int]] = []  # by class
        self.false: list[frozenset[int]] = []
        self._epochs: dict[int, tuple[Sequence[Any], npt.NDArray[np.int32]]] = {}
        for number, atom in atoms.items():
            self._add(number, atom)
        self.deep = any(len(clause.path) > 1 for atom in atoms.values() for clause in atom.clauses)
        self.missing = self._class_of_missing(atoms, sure=True)
        self.dotted = self._class_of_missing(atoms, sure=False) if self.deep else self.missing

    def _add(self, number: int, atom: Atom) -> None:
        if len(atom.clauses) == 1 and _plain(atom.clauses[0]):
            self._single[self._bit(atom.clauses[0])] = number
            return
        sure = [
            clause
            for clause in atom.clauses
            if clause.positive and _plain(clause) and all(leaf.op != "missing" for leaf in clause.leaves)
        ]
        need = reduce(or_, map(self._bit, sure), 0)
        self._joint.append((need, number, atom, len(sure) == len(atom.clauses)))

    def _bit(self, clause: Clause) -> int:
        bit = self._known.get(clause)
        if bit is None:
            bit = self._known[clause] = 1 << len(self._known)
            self._paths.setdefault(clause.path, PathTests(clause.path, self.tests)).add(clause, bit)
        return bit

    def _class_of_missing(self, atoms: dict[int, Atom], *, sure: bool) -> int:
        """Return the class of rows without the field; unless `sure`, a longer path may be there as a key with dots."""
        known = {n: atom for n, atom in atoms.items() if sure or all(len(clause.path) == 1 for clause in atom.clauses)}
        true = frozenset(n for n, atom in known.items() if atom_holds(atom, {}, self.tests))
        self.true.append(true)
        self.false.append(frozenset(known) - true)
        return len(self.true) - 1

    def _class_of(self, value: Any) -> int:
        if value is None or value == []:
            return self.missing
        bits = 0
        for path in self._paths.values():
            bits |= path.ask(value)
        record = {self.head: value}
        joint = tuple(
            number
            for need, number, atom, whole in self._joint
            if bits & need == need and ((whole and _straight(atom, value)) or atom_holds(atom, record, self.tests))
        )
        return self._class_for(bits, joint)

    def _class_for(self, bits: int, joint: tuple[int, ...]) -> int:
        found = self._classes.get((bits, joint))
        if found is None:
            true = frozenset(number for bit, number in self._single.items() if bits & bit).union(joint)
            found = self._classes[bits, joint] = self._class_by(true)
        return found

    def _class_by(self, true: frozenset[int]) -> int:
        found = self._by_true.get(true)
        if found is None:
            found = self._by_true[true] = len(self.true)
            self.true.append(true)
            self.false.append(self.numbers - true)
        return found

    def classes(self, batch: Batch, rows: Rows, wanted: frozenset[int]) -> npt.NDArray[np.int32]:
        """Return the class of the value in each of these rows, of which only the wanted atoms need be right."""
        column = batch.columns[self.head]
        codes, values = column.codes[rows], column.values
        if not isinstance(values, Texts):
            kinds = self._of_values(column)[codes]  # -1, absent, is the last
            return self._doubted(kinds, batch, rows) if self.deep else kinds
        if wanted != self.numbers:
            return self._narrower(wanted).classes(batch, rows)
        kinds = self._of_texts(values, codes)[codes]
        return self._doubted(kinds, batch, rows) if self.deep else kinds

    def _narrower(self, wanted: frozenset[int]) -> _Narrowed:
        """Return the tests of some atoms alone."""
        found = self._narrowed.get(wanted)
        if found is None:
            found = self._narrowed[wanted] = _Narrowed(self, wanted)
        return found

    def class_like(self, other: HeadTests, kind: int) -> int:
        """Return the class of values that a narrower test has put into its class `kind`."""
        if kind in {other.missing, other.dotted}:
            return self.missing if kind == other.missing else self.dotted
        return self._class_by(other.true[kind])

    def _of_values(self, column: Column) -> npt.NDArray[np.int32]:
        """Return the class of each of an epoch's values, and of none."""
        known: npt.NDArray[np.int32]
        values, known = self._epochs.get(column.epoch, (column.values, np.full(1, self.missing, np.int32)))
        if values is not column.values:
            known = np.full(1, self.missing, np.int32)
        if len(known) <= len(column.values):
            fresh = [self._class_of(value) for value in column.values[len(known) - 1 :]]
            known = np.concatenate([known[:-1], np.array([*fresh, self.missing], np.int32)])
            if column.epoch not in self._epochs and len(self._epochs) >= _EPOCHS:
                del self._epochs[min(self._epochs)]
            self._epochs[column.epoch] = (column.values, known)
        return known

    def _of_texts(self, texts: Texts, codes: Rows) -> npt.NDArray[np.int32]:
        """Return the class of each value that these codes name, and of none."""
        used = np.zeros(len(texts) + 1, np.bool_)
        used[codes] = True
        used[-1] = False
        places = np.flatnonzero(used)
        known = np.full(len(used), self.missing, np.int32)
        known[places] = self._silent
        places = places[caught(_taken(texts.array, places), self._json_pattern if texts.read else self._pattern)]
        known[places] = self._asked(_taken(texts.array, places), texts.read)
        return known

    def _asked(self, array: pa.StringArray, read: Callable[[str], Any] | None) -> npt.NDArray[np.int32]:
        """Return the class of each text, or JSON."""
        if read:
            encoded = array.dictionary_encode()
            told = np.array([self._class_of(read(text)) for text in encoded.dictionary.to_pylist()], np.int32)
            kinds: npt.NDArray[np.int32] = told.take(encoded.indices.to_numpy())
            return kinds
        letters = Letters(array)
        if len(array) < _FEW or self._joint or len(self._known) > MOST_BITS or not letters.ascii:
            return np.fromiter(map(self._class_of, array.to_pylist()), np.int32, len(array))
        bits = reduce(or_, (path.ask_texts(array, letters) for path in self._paths.values()))
        fresh, places = np.unique(bits, return_inverse=True)
        found: npt.NDArray[np.int32] = np.array([self._class_for(each, ()) for each in fresh.tolist()], np.int32)
        return found[places]

    @cached_property
    def _silent_bits(self) -> int:
        """The tests that hold of every text: those that ask whether a value is there, or nothing below it."""
        paths = self._paths.values()
        return reduce(or_, (each.any_text if len(each.path) == 1 else each.empty for each in paths), 0)

    @property
    def _always_asked(self) -> bool:
        """Whether something may hold of a value for which no other test does."""
        return any(need & self._silent_bits == need for need, _, _, _ in self._joint)

    @cached_property
    def _pattern(self) -> str | None:
        """What a text must show for any test to hold; None where each has to be asked."""
        whole = (tests for tests in self._paths.values() if len(tests.path) == 1)
        return None if self._always_asked else sieve(leaf for tests in whole for _, leaf in tests.leaves)

    @cached_property
    def _json_pattern(self) -> str | None:
        """The same for values in JSON."""
        paths = self._paths.values()
        asked: list[tuple[Path, Leaf | None]] = [(tests.path, leaf) for tests in paths for _, leaf in tests.leaves]
        asked += [(tests.path, None) for tests in paths if len(tests.path) > 1 and tests.empty | tests.any_text]
        return None if self._always_asked else json_sieve(asked)

    @cached_property
    def _silent(self) -> int:
        """The class of texts for which no test holds but those that ask whether a value is there."""
        return self._class_for(self._silent_bits, ())

    def _doubted(self, kinds: npt.NDArray[np.int32], batch: Batch, rows: Rows) -> npt.NDArray[np.int32]:
        """Set apart the rows without the field that may hold a key which begins with its name and a dot."""
        places = np.flatnonzero(kinds == self.missing)
        if batch.loose is not None:
            places = places[batch.loose[rows[places]]]
        for place in places.tolist():
            if may_hold(batch.records[int(rows[place])], self.head):
                kinds[place] = self.dotted
        return kinds


class _Narrowed:
    """Some of a field's atoms, asked alone; what they tell apart is said in the classes of all."""

    def __init__(self, whole: HeadTests, wanted: frozenset[int]) -> None:
        self.whole = whole
        self.part = HeadTests(whole.head, {number: whole.atoms[number] for number in wanted}, whole.tests)
        self._same = np.zeros(0, np.int32)  # the part's classes as those of the whole

    def classes(self, batch: Batch, rows: Rows) -> npt.NDArray[np.int32]:
        kinds = self.part.classes(batch, rows, self.part.numbers)
        if len(self._same) < len(self.part.true):
            every = range(len(self.part.true))
            self._same = np.array([self.whole.class_like(self.part, kind) for kind in every], np.int32)
        return self._same[kinds]


def _straight(atom: Atom, value: Any) -> bool:
    """Say whether the atom's paths lead through no list, so that it holds where each of its clauses does."""
    for clause in atom.clauses:
        at = value
        for key in clause.path[1:]:
            at = at.get(key) if at.__class__ is dict else None
        if at is None or at.__class__ is list:
            return False
    return True


def _taken(array: pa.StringArray, places: npt.NDArray[np.int64]) -> pa.StringArray:
    """Return the texts at these places, in order."""
    return array if len(places) == len(array) else array.take(pa.array(places))
