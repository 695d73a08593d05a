"""Rules for one source as small logic over numbered atoms, which can be decided a part at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.detect.evaluate import Record, Tests, atom_holds
from jumpkit.detect.tree import And, Atom, Clause, Keyword, Named, Node, Not, Or
from jumpkit.detect.values import collect, text_of

if TYPE_CHECKING:
    from jumpkit.detect.ruleset import RuleSet

# A formula is an atom's number, True, False, or ("&" or "|", parts) or ("!", part).
Formula = Any
Row = Callable[[], Record]


@dataclass
class Program:
    """The live rules of one source: atoms by number, formulas by rule."""

    atoms: list[Atom | Keyword] = field(default_factory=list)
    rules: list[tuple[int, Formula]] = field(default_factory=list)
    numbers: dict[Atom | Keyword, int] = field(default_factory=dict)
    tests: Tests = field(default_factory=Tests)
    checks: dict[int, Callable[[Record], bool]] = field(default_factory=dict)
    last: tuple[Record | None, str] = (None, "")  # the record whose text was asked for last, and that text

    def number(self, atom: Atom | Keyword) -> int:
        """Return the number of an atom, the same for equal atoms."""
        found = self.numbers.get(atom)
        if found is None:
            found = self.numbers[atom] = len(self.atoms)
            self.atoms.append(atom)
        return found

    def formula(self, node: Node) -> Formula:
        """Return the formula of a tree."""
        if isinstance(node, Named):
            return self.formula(node.part)
        if isinstance(node, Not):
            return ("!", self.formula(node.part))
        if isinstance(node, And | Or):
            return ("&" if isinstance(node, And) else "|", tuple(self.formula(part) for part in node.parts))
        if isinstance(node, Atom) and len(node.clauses) == 1 and node.clauses[0].negated:
            clause = node.clauses[0]
            return ("!", self.number(Atom((Clause(clause.path, clause.leaves, clause.every),))))
        return self.number(node)

    def check(self, number: int) -> Callable[[Record], bool]:
        """Return the test of an atom on a whole record."""
        made = self.checks.get(number)
        if made is None:
            made = self.checks[number] = self._check(self.atoms[number])
        return made

    def _check(self, atom: Atom | Keyword) -> Callable[[Record], bool]:
        if isinstance(atom, Keyword):
            test = self.tests.of(atom.leaf)
            return lambda record: test(self._text(record))
        clause = atom.clauses[0]
        plain = all(leaf.op not in {"ref", "missing"} for leaf in clause.leaves)
        if len(atom.clauses) == 1 and plain and not clause.every and not clause.negated:
            path, checks = clause.path, tuple(self.tests.of(leaf) for leaf in clause.leaves)
            return lambda record: any(check(value) for value in collect(record, path, 0) for check in checks)
        return lambda record: atom_holds(atom, record, self.tests)

    def _text(self, record: Record) -> str:
        """Return a record's text, made once for all keywords that are looked for in it."""
        if self.last[0] is not record:
            self.last = (record, text_of(record))
        return self.last[1]


def program(ruleset: RuleSet, source: str) -> Program:
    """Return the program of all live rules that read a source."""
    made = Program()
    for place, info in enumerate(ruleset.infos):
        node = ruleset.node(place, source) if info.live and source in info.sources else None
        if node is not None:
            made.rules.append((place, made.formula(node)))
    return made


def atoms_of(formula: Formula) -> frozenset[int]:
    """Return the atoms that a formula still asks for."""
    if isinstance(formula, bool):
        return frozenset()
    if isinstance(formula, int):
        return frozenset([formula])
    if formula[0] == "!":
        return atoms_of(formula[1])
    return frozenset().union(*(atoms_of(part) for part in formula[1]))


def reduced(formula: Formula, true: Collection[int], false: Collection[int]) -> Formula:
    """Return what is left of a formula once these atoms are known."""
    if isinstance(formula, bool):
        return formula
    if isinstance(formula, int):
        return True if formula in true else False if formula in false else formula
    if formula[0] == "!":
        part = reduced(formula[1], true, false)
        return (not part) if isinstance(part, bool) else ("!", part)
    return _joined(formula, true, false)


def _joined(formula: Formula, true: Collection[int], false: Collection[int]) -> Formula:
    ends = formula[0] == "|"  # the value of one part that decides all
    left = []
    for part in formula[1]:
        known = reduced(part, true, false)
        if known is ends:
            return ends
        if not isinstance(known, bool):
            left.append(known)
    if not left:
        return not ends
    return left[0] if len(left) == 1 else (formula[0], tuple(left))


def decided(formula: Formula, answer: Callable[[int], bool]) -> bool:
    """Return a formula's value, asking for atoms as they are needed."""
    if isinstance(formula, bool):
        return formula
    if isinstance(formula, int):
        return answer(formula)
    if formula[0] == "!":
        return not decided(formula[1], answer)
    parts = (decided(part, answer) for part in formula[1])
    return any(parts) if formula[0] == "|" else all(parts)
