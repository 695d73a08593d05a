"""A rule's tree asked of one record, row by row: the reading that all faster ways have to equal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.detect.leaf import REFERENCES, TESTS, Check
from jumpkit.detect.tree import And, Atom, Clause, Keyword, Leaf, Named, Node, Not, Or
from jumpkit.detect.values import Path, collect, find, flat, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Record = dict[str, Any]
Bound = tuple[tuple[Path, Any], ...]  # list elements that the clauses of a map have settled on, by the path to them


class Tests:
    """The compiled tests of leaves, each made once."""

    def __init__(self) -> None:
        """Start without any."""
        self._made: dict[Leaf, Check] = {}

    def of(self, leaf: Leaf) -> Check:
        """Return the test of a leaf."""
        made = self._made.get(leaf)
        if made is None:
            made = self._made[leaf] = TESTS[leaf.op](leaf)
        return made


def holds(node: Node, record: Record, tests: Tests) -> bool:
    """Say whether a tree holds on a record."""
    if isinstance(node, And):
        return all(holds(part, record, tests) for part in node.parts)
    if isinstance(node, Or):
        return any(holds(part, record, tests) for part in node.parts)
    if isinstance(node, Not):
        return not holds(node.part, record, tests)
    if isinstance(node, Named):
        return holds(node.part, record, tests)
    if isinstance(node, Keyword):
        return tests.of(node.leaf)(text_of(record))
    return atom_holds(node, record, tests)


def atom_holds(atom: Atom, record: Record, tests: Tests) -> bool:
    """Say whether the clauses of one map below one top-level field hold, on shared list elements."""
    return _Atom(record, tests).all(atom.clauses, record, (0,) * len(atom.clauses), ())


class _Atom:
    """One atom's walk through one record."""

    def __init__(self, record: Record, tests: Tests) -> None:
        self.record = record
        self.tests = tests

    def all(self, clauses: Sequence[Clause], value: Any, at: Sequence[int], bound: Bound) -> bool:
        """Say whether all clauses hold on `value`, which their paths have reached at `at`."""
        if isinstance(value, list):
            return self._list(clauses, value, at, bound)
        groups: dict[str, tuple[list[Clause], list[int]]] = {}
        for clause, place in zip(clauses, at, strict=True):
            if place == len(clause.path):
                if not self.clause(clause, [] if value is None else [value], bound):
                    return False
                continue
            step = find(value, clause.path, place) if isinstance(value, dict) else None
            if step is not None:
                group = groups.setdefault(step[0], ([], []))
                group[0].append(clause)
                group[1].append(step[1])
            elif not self.clause(clause, [], bound):
                return False
        return all(self.all(group[0], value[key], group[1], bound) for key, group in groups.items())

    def _list(self, clauses: Sequence[Clause], value: list[Any], at: Sequence[int], bound: Bound) -> bool:
        elements = list(flat(value))
        passing: list[tuple[Clause, int]] = []
        for clause, place in zip(clauses, at, strict=True):
            if place < len(clause.path):
                passing.append((clause, place))
            elif not self.clause(clause, elements, bound):
                return False
        if len(passing) > 1 and any(clause.positive for clause, _ in passing):
            return self._some(passing, elements, bound)
        return all(self._alone(clause, place, elements, bound) for clause, place in passing)

    def _some(self, passing: Sequence[tuple[Clause, int]], elements: list[Any], bound: Bound) -> bool:
        clauses, at = [clause for clause, _ in passing], [place for _, place in passing]
        prefix = clauses[0].path[: at[0]]
        return any(self.all(clauses, element, at, (*bound, (prefix, element))) for element in elements or [None])

    def _alone(self, clause: Clause, place: int, elements: list[Any], bound: Bound) -> bool:
        if not clause.refers:
            return self.clause(clause, [v for e in elements for v in collect(e, clause.path, place)], bound)
        asked = Clause(clause.path, clause.leaves, clause.every)
        return self._some([(asked, place)], elements, bound) != clause.negated

    def clause(self, clause: Clause, values: list[Any], bound: Bound) -> bool:
        """Say whether a clause holds on the values that its path reached."""
        link: Callable[..., bool] = all if clause.every else any
        return link(self._leaf(leaf, values, bound) for leaf in clause.leaves) != clause.negated

    def _leaf(self, leaf: Leaf, values: list[Any], bound: Bound) -> bool:
        if leaf.op == "missing":
            return not values
        if leaf.op == "ref":
            return self._reference(leaf, values, bound)
        test = self.tests.of(leaf)
        return any(test(value) for value in values)

    def _reference(self, leaf: Leaf, values: list[Any], bound: Bound) -> bool:
        path = tuple(leaf.text.split("."))
        base, at = self.record, 0
        for prefix, element in bound:
            if path[: len(prefix)] == prefix:
                base, at = element, len(prefix)
        others = [text_of(other).casefold() for other in collect(base, path, at)]
        compare = REFERENCES[leaf.extra]
        return any(compare(text_of(value).casefold(), other) for value in values for other in others)
