"""Records in another letter case, for proving that a rule does not hang on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.detect.tree import And, Atom, Keyword, Leaf, Named, Node, Not, Or

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.detect.ruleset import RuleSet
    from jumpkit.detect.values import Path

MOMENTS = (
    "eventTime", "@timestamp", "time", "start", "query_timestamp", "stageTimestamp", "requestReceivedTimestamp",
    "timestamp", "updatedAt", "UpdatedAt", "configurationItemCaptureTime",
)  # fmt: skip  # what sources call an event's time
_NEVER: set[Path] = {*((name,) for name in MOMENTS), ("eventID",)}


def written_paths(rules: RuleSet, rule: str) -> set[Path] | None:
    """Return the paths whose letter case a rule asks about; None where it asks about the whole record's."""
    found = set(_NEVER)
    open_ = [rules.places[rule]]
    while open_:
        place = open_.pop()
        open_ += rules.bodies[place].bases
        for source in rules.infos[place].sources:
            node = rules.node(place, source)
            for path, leaf in _leaves(node) if node is not None else ():
                if not _decides(leaf):
                    continue
                if path is None:
                    return None
                found.add(path)
    return found


def _decides(leaf: Leaf) -> bool:
    sensitive = leaf.op == "re" and "i" not in leaf.shown.rpartition("/")[2]
    return leaf.cased or sensitive or leaf.op == "time"


def _leaves(node: Node) -> Iterator[tuple[Path | None, Leaf]]:
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from _leaves(part)
    elif isinstance(node, Not | Named):
        yield from _leaves(node.part)
    elif isinstance(node, Keyword):
        yield None, node.leaf
    elif isinstance(node, Atom):
        yield from ((clause.path, leaf) for clause in node.clauses for leaf in clause.leaves)


def swapped(value: Any, kept: set[Path], at: Path = ()) -> Any:
    """Return a record with the case of every text turned round, keys and kept paths left alone."""
    if at in kept:
        return value
    if isinstance(value, dict):
        return {key: swapped(each, kept, (*at, *key.split("."))) for key, each in value.items()}
    if isinstance(value, list):
        return [swapped(each, kept, at) for each in value]
    return value.swapcase() if isinstance(value, str) else value
