"""Which rules a combination of value classes decides, found a field at a time and remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from jumpkit.detect.program import Formula, atoms_of, reduced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.detect.heads import HeadTests

Open = tuple[int, Formula, frozenset[int]]  # place of the rule, what is left of it, the atoms in that


class Step:
    """What is known of all rules once the first fields of a row are: those that match, and what is open of the rest."""

    def __init__(self, heads: Sequence[HeadTests], hits: tuple[int, ...], left: Sequence[Open]) -> None:
        """Start at the next field that something open asks for."""
        while heads and not any(heads[0].numbers & each[2] for each in left):
            heads = heads[1:]
        self.heads = heads
        self.hits = np.array(sorted(hits), np.int32)
        self.left = tuple(left)
        self._hits = hits
        self._next: dict[int, Step] = {}
        self._by_atom: dict[int, list[int]] = {}
        self.wanted: frozenset[int] = frozenset()  # the tests of the next field that can still change anything
        if heads:
            self._prepare(heads[0])

    def _prepare(self, head: HeadTests) -> None:
        """Reduce each rule as if no test of the field held, and note which tests would change that."""
        rest: list[tuple[int, Open | None]] = []
        for number, each in enumerate(self.left):
            asked = each[2] & head.numbers
            for atom in asked:
                self._by_atom.setdefault(atom, []).append(number)
            rest.append((number, self._settle(each, frozenset(), asked) if asked else each))
        self.wanted = frozenset(self._by_atom)
        self._rest = [(number, left) for number, left in rest if left is not None]

    @staticmethod
    def _settle(each: Open, true: frozenset[int], false: frozenset[int]) -> Open | None:
        """Return what is left of a rule, None where it cannot match; a match is left as True."""
        formula = reduced(each[1], true, false)
        return None if formula is False else (each[0], formula, atoms_of(formula))

    def after(self, kind: int) -> Step:
        """Return the step that follows for a class of the field's values."""
        found = self._next.get(kind)
        if found is None:
            head = self.heads[0]
            true, false = head.true[kind], head.false[kind]
            touched = {
                number for atom in self._by_atom if atom in true or atom not in false for number in self._by_atom[atom]
            }
            left = [each for number, each in self._rest if number not in touched]
            settled = (self._settle(self.left[number], true, false) for number in touched)
            left += [each for each in settled if each is not None]
            hits = self._hits + tuple(each[0] for each in left if each[1] is True)
            found = self._next[kind] = Step(self.heads[1:], hits, [each for each in left if each[1] is not True])
        return found


def combined(columns: Sequence[npt.NDArray[np.int32]], sizes: Sequence[int], rows: int) -> npt.NDArray[np.int64]:
    """Return one number a row, equal where all columns are; numbers are made dense before they could overflow."""
    key = np.zeros(rows, np.int64)
    span = 1
    for column, size in zip(columns, sizes, strict=True):
        if span * size >= 1 << 62:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64).reshape(rows)
            span = int(key.max(initial=0)) + 1
        key = key * size + column
        span *= size
    return key
