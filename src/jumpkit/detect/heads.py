"""The atoms below one top-level field, asked once for each distinct value of that field."""

from __future__ import annotations

from functools import cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jumpkit.detect.evaluate import Tests, atom_holds
from jumpkit.detect.sieve import caught, json_sieve, sieve
from jumpkit.detect.values import Path, collect, may_hold, text_of
from jumpkit.model.batch import Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyarrow as pa

    from jumpkit.detect.leaf import Check
    from jumpkit.detect.tree import Atom, Clause, Leaf
    from jumpkit.model.batch import Column

Rows = npt.NDArray[np.int32]
_MEMO = 10_000  # remembered values a path; then it starts anew
_EPOCHS = 1


class _PathTests:
    """All tests of the values at one path; an answer is a number whose bits are the tests that hold."""

    def __init__(self, path: Path, tests: Tests) -> None:
        self.path = path
        self.tests = tests
        self.empty = 0
        self.any_text = 0
        self.equal: dict[str, int] = {}
        self.contains: list[tuple[int, str]] = []
        self.leaves: list[Leaf] = []  # those that some texts meet and others do not
        self.others: list[tuple[int, Check]] = []
        self.memo: dict[tuple[type, Any], int] = {}

    def add(self, clause: Clause, bit: int) -> None:
        for leaf in clause.leaves:
            if leaf.op == "missing":
                self.empty |= bit
                continue
            if leaf.op == "exists":
                self.any_text |= bit
            else:
                self.leaves.append(leaf)
            if leaf.op == "eq" and not leaf.cased:
                self.equal[leaf.text] = self.equal.get(leaf.text, 0) | bit
            elif leaf.op == "contains" and not leaf.cased:
                self.contains.append((bit, leaf.text))
            else:
                self.others.append((bit, self.tests.of(leaf)))

    def ask(self, value: Any) -> int:
        """Return the bits that hold for the head's value."""
        values = collect(value, self.path, 1)
        if not values:
            return self.empty
        bits = 0
        for each in values:
            bits |= self._fresh(each) if isinstance(each, dict) else self._remembered(each)
        return bits

    def ask_texts(self, texts: list[str]) -> list[int]:
        """Return the bits that hold for each of the head's values, all of which are text; test by test."""
        if len(self.path) > 1:
            return [self.empty] * len(texts)
        folded = [text.casefold() for text in texts]
        bits = [self.equal.get(text, 0) | self.any_text for text in folded]
        for bit, wanted in self.contains:
            for place, text in enumerate(folded):
                if wanted in text:
                    bits[place] |= bit
        for bit, check in self.others:
            for place, text in enumerate(texts):
                if not bits[place] & bit and check(text):
                    bits[place] |= bit
        return bits

    def _remembered(self, value: Any) -> int:
        key = (value.__class__, value)
        bits = self.memo.get(key)
        if bits is None:
            if len(self.memo) >= _MEMO:
                self.memo.clear()
            bits = self.memo[key] = self._fresh(value)
        return bits

    def _fresh(self, value: Any) -> int:
        bits = 0
        if self.equal or self.contains:
            folded = text_of(value).casefold()
            bits = self.equal.get(folded, 0)
            for bit, text in self.contains:
                if text in folded:
                    bits |= bit
        for bit, check in self.others:
            if not bits & bit and check(value):
                bits |= bit
        return bits


def _plain(clause: Clause) -> bool:
    return not (clause.negated or clause.every or clause.refers)


class HeadTests:
    """The atoms of one top-level field and the classes of values that they tell apart."""

    def __init__(self, head: str, atoms: dict[int, Atom], tests: Tests) -> None:
        """Take the atoms by number; each reads no other top-level field."""
        self.head = head
        self.tests = tests
        self.numbers = frozenset(atoms)
        self._paths: dict[Path, _PathTests] = {}
        self._known: dict[Clause, int] = {}
        self._single: dict[int, int] = {}  # bit -> atom
        self._joint: list[tuple[int, int, Atom]] = []  # bits without which it cannot hold, number, atom
        self._classes: dict[tuple[int, tuple[int, ...]], int] = {}
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
        need = 0
        for clause in atom.clauses:
            if clause.positive and _plain(clause) and all(leaf.op != "missing" for leaf in clause.leaves):
                need |= self._bit(clause)
        self._joint.append((need, number, atom))

    def _bit(self, clause: Clause) -> int:
        bit = self._known.get(clause)
        if bit is None:
            bit = self._known[clause] = 1 << len(self._known)
            self._paths.setdefault(clause.path, _PathTests(clause.path, self.tests)).add(clause, bit)
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
            number for need, number, atom in self._joint if bits & need == need and atom_holds(atom, record, self.tests)
        )
        return self._class_by(bits, joint)

    def _class_by(self, bits: int, joint: tuple[int, ...]) -> int:
        found = self._classes.get((bits, joint))
        if found is None:
            found = self._classes[bits, joint] = len(self.true)
            true = frozenset(number for bit, number in self._single.items() if bits & bit).union(joint)
            self.true.append(true)
            self.false.append(self.numbers - true)
        return found

    def classes(self, column: Column, records: Sequence[Any], rows: Rows) -> npt.NDArray[np.int32]:
        """Return the class of the value in each of these rows; what was asked of a value before is not asked again."""
        codes = column.codes[rows]
        values = column.values
        known = self._of_texts(values, codes) if isinstance(values, Texts) else self._of_values(column)
        kinds = known[codes]  # -1, absent, is the last
        return self._doubted(kinds, records, rows) if self.deep else kinds

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
        places = np.flatnonzero(used[:-1])
        known = np.full(len(used), self.missing, np.int32)
        array = texts.array if len(places) == len(texts) else texts.array.take(places)
        if texts.read:
            encoded = array.dictionary_encode()
            known[places] = self._asked(encoded.dictionary, texts.read)[encoded.indices.to_numpy()]
        else:
            known[places] = self._asked(array, None)
        return known

    def _asked(self, array: pa.StringArray, read: Callable[[str], Any] | None) -> npt.NDArray[np.int32]:
        """Return the class of each text, or JSON; most are not even looked at by Python."""
        kinds = np.full(len(array), self._silent, np.int32)
        places = caught(array, self._json_pattern if read else self._pattern)
        texts = array.take(places).to_pylist()
        if read:
            kinds[places] = [self._class_of(read(text)) for text in texts]
        elif self._joint:
            kinds[places] = list(map(self._class_of, texts))
        else:
            found = zip(*(path.ask_texts(texts) for path in self._paths.values()), strict=True)
            kinds[places] = [self._class_by(reduce(or_, bits), ()) for bits in found]
        return kinds

    @property
    def _always_asked(self) -> bool:
        """Whether something may hold of a value for which no test does."""
        return not all(need for need, _, _ in self._joint)

    @cached_property
    def _pattern(self) -> str | None:
        """What a text must show for any test to hold; None where each has to be asked."""
        whole = (tests for tests in self._paths.values() if len(tests.path) == 1)
        return None if self._always_asked else sieve(leaf for tests in whole for leaf in tests.leaves)

    @cached_property
    def _json_pattern(self) -> str | None:
        """The same for values in JSON."""
        paths = self._paths.values()
        asked: list[tuple[Path, Leaf | None]] = [(tests.path, leaf) for tests in paths for leaf in tests.leaves]
        asked += [(tests.path, None) for tests in paths if len(tests.path) > 1 and tests.empty | tests.any_text]
        return None if self._always_asked else json_sieve(asked)

    @cached_property
    def _silent(self) -> int:
        """The class of texts for which no test holds but those that ask whether a value is there."""
        bits = 0
        for tests in self._paths.values():
            bits |= tests.any_text if len(tests.path) == 1 else tests.empty
        return self._class_by(bits, ())

    def _doubted(self, kinds: npt.NDArray[np.int32], records: Sequence[Any], rows: Rows) -> npt.NDArray[np.int32]:
        """Set apart the rows without the field whose bytes may hold a key that begins with its name and a dot."""
        for place in np.flatnonzero(kinds == self.missing).tolist():
            if may_hold(records[int(rows[place])], self.head):
                kinds[place] = self.dotted
        return kinds
