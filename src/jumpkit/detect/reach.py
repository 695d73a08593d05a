"""Which calls a rule reads, by the names that its conditions ask for; what it says nothing of is left empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.detect.tree import And, Atom, Named, Or

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.detect.ruleset import RuleSet
    from jumpkit.detect.tree import Node


@dataclass(frozen=True, slots=True)
class Reach:
    """Names of calls and services that a rule's conditions ask for, in small letters; globs as written."""

    operations: frozenset[str]
    services: frozenset[str]


def reach(rules: RuleSet) -> dict[str, Reach]:
    """Return by rule what it reads; a correlation reads what its rules read."""
    plain = [_of(body.node) if body.node is not None else Reach(frozenset(), frozenset()) for body in rules.bodies]
    found: dict[str, Reach] = {}
    for place, (info, body) in enumerate(zip(rules.infos, rules.bodies, strict=True)):
        parts = [plain[base] for base in body.bases] or [plain[place]]
        operations = frozenset(name for part in parts for name in part.operations)
        found[info.rule] = Reach(operations, frozenset(name for part in parts for name in part.services))
    return found


def _of(node: Node) -> Reach:
    asked = list(_asked(node))
    return Reach(
        frozenset(text for head, text in asked if head == "eventName"),
        frozenset(text for head, text in asked if head == "eventSource"),
    )


def _asked(node: Node) -> Iterator[tuple[str, str]]:
    """Yield (field, text) for each test that asks for a name; what is negated asks for none."""
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from _asked(part)
    elif isinstance(node, Named):
        yield from _asked(node.part)
    elif isinstance(node, Atom):
        for clause in node.clauses:
            if not clause.negated and clause.path in (("eventName",), ("eventSource",)):
                for leaf in clause.leaves:
                    yield clause.path[0], leaf.text.lower()
