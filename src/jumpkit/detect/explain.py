"""One rule asked of one record: whether it matches, and why, test by test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.detect.evaluate import Record, atom_holds, holds
from jumpkit.detect.tree import Atom, Clause, Keyword, Leaf, Named, Node, Not
from jumpkit.detect.values import collect, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.detect.ruleset import RuleSet

_MOST_SHOWN = 12
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a rule matches a record, and each test: condition, field, expected, actual, held.

    `condition` is the selection's name, after `not` where the rule turns it round; `held` is the test's own answer.
    """

    matched: bool
    conditions: tuple[dict[str, Any], ...]


def matches(ruleset: RuleSet, rule: str, record: Record) -> bool:
    """Say whether a rule matches a record; for a correlation, whether any rule that it correlates does."""
    return _matches(ruleset, ruleset.place(rule), record)


def _matches(ruleset: RuleSet, place: int, record: Record) -> bool:
    body = ruleset.bodies[place]
    if body.correlation is not None:
        return any(_matches(ruleset, base, record) for base in dict.fromkeys(body.bases))
    return any(holds(node, record, ruleset.tests) for node in _nodes(ruleset, place))


def _nodes(ruleset: RuleSet, place: int) -> list[Node]:
    nodes = (ruleset.node(place, source) for source in ruleset.infos[place].sources)
    return list(dict.fromkeys(node for node in nodes if node is not None))


def explain(ruleset: RuleSet, rule: str, record: Record) -> Explanation:
    """Return why a rule matches a record or does not; for a correlation, which of its rules do."""
    place = ruleset.place(rule)
    if ruleset.bodies[place].correlation is not None:
        rows = tuple(_bases(ruleset, place, record))
    else:
        rows = tuple(row for node in _nodes(ruleset, place) for row in _rows(ruleset, node, "", record))
    return Explanation(_matches(ruleset, place, record), rows)


def _bases(ruleset: RuleSet, place: int, record: Record) -> Iterator[dict[str, Any]]:
    for base in dict.fromkeys(ruleset.bodies[place].bases):
        held = _matches(ruleset, base, record)
        info = ruleset.infos[base]
        yield _row(f"correlates {info.title}", None, f"the event matches rule {info.rule}", held, held=held)
        if ruleset.bodies[base].correlation is not None:
            yield from _bases(ruleset, base, record)


def _rows(ruleset: RuleSet, node: Node, name: str, record: Record) -> Iterator[dict[str, Any]]:
    if isinstance(node, Not):
        yield from _rows(ruleset, node.part, f"not {name}".strip(), record)
    elif isinstance(node, Named):
        yield from _rows(ruleset, node.part, f"{name} {node.name}".strip(), record)
    elif isinstance(node, Keyword):
        held = ruleset.tests.of(node.leaf)(text_of(record))
        yield _row(name, None, f"the record's text contains {node.leaf.shown}", None, held=held)
    elif isinstance(node, Atom):
        yield from _atom(ruleset, node, name, record)
    else:
        for part in node.parts:
            yield from _rows(ruleset, part, name, record)


def _atom(ruleset: RuleSet, atom: Atom, name: str, record: Record) -> Iterator[dict[str, Any]]:
    answers = []
    for clause in atom.clauses:
        held = atom_holds(Atom((clause,)), record, ruleset.tests)
        answers.append(held)
        values = collect(record, clause.path, 0)
        yield _row(name, ".".join(clause.path), _expected(clause), _shown(values), held=held)
    if all(answers) and not atom_holds(atom, record, ruleset.tests):
        yield _row(name, atom.head, "one and the same list element satisfies all of these", None, held=False)


def _row(condition: str, field: str | None, expected: str, actual: Any, *, held: bool) -> dict[str, Any]:
    return {"condition": condition, "field": field, "expected": expected, "actual": actual, "held": held}


_WORDS = {"eq": "", "contains": "contains ", "startswith": "begins with ", "endswith": "ends with ", "glob": "like "}


def _expected(clause: Clause) -> str:
    texts = [_leaf(leaf) for leaf in clause.leaves]
    more = len(texts) - _MOST_SHOWN
    joined = (" and " if clause.every else " or ").join(texts[:_MOST_SHOWN])
    return ("not " if clause.negated else "") + joined + (f" or {more} more" if more > 0 else "")


def _leaf(leaf: Leaf) -> str:
    shown = leaf.shown if leaf.op not in {"contains", "startswith", "endswith"} else leaf.shown.strip("*")
    return _WORDS.get(leaf.op, "") + shown + (" (as written)" if leaf.cased else "")


def _shown(values: list[Any]) -> Any:
    """Return what was found: null, the value, or the first of several."""
    if not values:
        return None
    short = [text_of(value)[:_LONGEST] if isinstance(value, dict | str) else value for value in values[:_MOST_SHOWN]]
    return short[0] if len(values) == 1 else short
