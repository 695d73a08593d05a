"""All tests of the values at one path below a top-level field, asked of one value or of many texts at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jumpkit.detect.letters import Letters
from jumpkit.detect.values import Path, collect, text_of

if TYPE_CHECKING:
    import pyarrow as pa

    from jumpkit.detect.evaluate import Tests
    from jumpkit.detect.leaf import Check
    from jumpkit.detect.tree import Clause, Leaf

_MEMO = 10_000  # remembered values a path; then it starts anew
MOST_BITS = 62  # tests whose answers fit a number that numpy counts with
_AT_ONCE = {
    "eq": Letters.equal,
    "contains": Letters.holding,
    "startswith": Letters.beginning,
    "endswith": Letters.ending,
}


class PathTests:
    """All tests of the values at one path; an answer is a number whose bits are the tests that hold."""

    def __init__(self, path: Path, tests: Tests) -> None:
        """Begin with no test."""
        self.path = path
        self.key = path[1] if len(path) == 2 else None  # noqa: PLR2004 - the field and one key below it: most are such
        self.tests = tests
        self.empty = 0
        self.any_text = 0
        self.equal: dict[str, int] = {}
        self.contains: list[tuple[int, str]] = []
        self.leaves: list[tuple[int, Leaf]] = []  # those that some texts meet and others do not
        self.others: list[tuple[int, Check]] = []
        self.memo: dict[tuple[type, Any], int] = {}

    def add(self, clause: Clause, bit: int) -> None:
        """Take the leaves of a clause; any of them sets the bit."""
        for leaf in clause.leaves:
            if leaf.op == "missing":
                self.empty |= bit
                continue
            if leaf.op == "exists":
                self.any_text |= bit
            else:
                self.leaves.append((bit, leaf))
            if leaf.op == "eq" and not leaf.cased:
                self.equal[leaf.text] = self.equal.get(leaf.text, 0) | bit
            elif leaf.op == "contains" and not leaf.cased:
                self.contains.append((bit, leaf.text))
            else:
                self.others.append((bit, self.tests.of(leaf)))

    def ask(self, value: Any) -> int:
        """Return the bits that hold for the head's value."""
        if self.key is not None and value.__class__ is dict:
            value = value.get(self.key)
            if value.__class__ is str:
                return self._remembered(value)
            if value is None:
                return self.empty
            values = collect(value, self.path, 2)
        else:
            values = collect(value, self.path, 1)
        if not values:
            return self.empty
        bits = 0
        for each in values:
            bits |= self._fresh(each) if isinstance(each, dict) else self._remembered(each)
        return bits

    def ask_texts(self, texts: pa.StringArray, letters: Letters) -> npt.NDArray[np.int64]:
        """Return the bits that hold for each of the head's values, all of which are ASCII text; test by test."""
        if len(self.path) > 1:
            return np.full(len(texts), self.empty, np.int64)
        bits = np.full(len(texts), self.any_text, np.int64)
        for bit, leaf in self.leaves:
            if leaf.op in _AT_ONCE and leaf.text and not leaf.cased:
                bits[_AT_ONCE[leaf.op](letters, leaf.text)] |= bit
            else:
                check = self.tests.of(leaf)
                bits[[check(text) for text in texts.to_pylist()]] |= bit
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
