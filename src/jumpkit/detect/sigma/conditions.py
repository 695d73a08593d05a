"""Sigma's detections and conditions as predicate trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sigma import conditions, filters, types
from sigma.rule import SigmaDetection, SigmaDetectionItem, SigmaDetections

from jumpkit.detect.sigma.guard import Unrunnable, guarded, policy
from jumpkit.detect.sigma.leaves import leaves
from jumpkit.detect.tree import And, Atom, Clause, Filter, Keyword, Leaf, Named, Node, Not, Or

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONGEST_CONDITION = 4000
_DEEPEST_CONDITION = 12
_AGGREGATION = "uses the old aggregation syntax (a pipe in the condition), which correlations replaced"


def detection(value: Any) -> Node:
    """Return the tree of a rule's `detection`; raises Unrunnable."""
    _check_detections(value, {"condition"})
    return guarded(lambda: _tree(SigmaDetections.from_dict(value, None, policy())))  # type: ignore[no-any-return]  # guarded above


def filtering(value: Any) -> tuple[Node, Filter]:
    """Return the tree of a filter and what it applies to; raises Unrunnable."""
    _check_detections(value, {"condition", "rules"})
    parsed = guarded(lambda: filters.SigmaGlobalFilter.from_dict(value, None, policy()))
    rules = None if isinstance(parsed.rules, str) else tuple(str(rule.reference) for rule in parsed.rules)
    return guarded(lambda: _tree(parsed)), Filter(rules)


def _check_detections(value: Any, other: set[str]) -> None:
    if not isinstance(value, dict):
        raise Unrunnable("`detection` is not a map")
    found = value.get("condition")
    for text in found if isinstance(found, list) else [found]:
        _check_condition(text)
    for name, part in value.items():
        if name not in other:
            _check_selection(name, part)


def _check_condition(text: Any) -> None:
    if not isinstance(text, str):
        raise Unrunnable("a condition is missing, or is not text")
    if "|" in text:
        raise Unrunnable(_AGGREGATION)
    if len(text) > _LONGEST_CONDITION or text.count("(") > _DEEPEST_CONDITION:
        raise Unrunnable("the condition is too long or nested too deeply")


def _check_selection(name: str, part: Any) -> None:
    for piece in part if isinstance(part, list) else [part]:
        if isinstance(piece, list):
            raise Unrunnable(f"`{name}` is a list within a list")
        for field, values in piece.items() if isinstance(piece, dict) else ():
            for each in values if isinstance(values, list) else [values]:
                if isinstance(each, dict | list):
                    raise Unrunnable(f"`{name}`: the value of `{field}` is neither a plain value nor a list of them")


def _tree(found: Any) -> Node:
    parts = [_condition(each.parse(postprocess=False), found) for each in found.parsed_condition]
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def _condition(item: Any, found: Any) -> Node:
    if isinstance(item, conditions.ConditionIdentifier):
        if item.identifier not in found.detections:
            raise Unrunnable(f"the condition names `{item.identifier}`, which is not defined")
        return Named(item.identifier, _detection(found.detections[item.identifier]))
    if isinstance(item, conditions.ConditionSelector):
        names = item.resolve_referenced_detections(found)
        if not names:
            raise Unrunnable(f"no selection is called `{item.pattern}`, which the condition asks for")
        return _join(item.cond_class, [_condition(name, found) for name in names])
    if isinstance(item, conditions.ConditionNOT):
        return Not(_condition(item.args[0], found))
    return _join(type(item), [_condition(arg, found) for arg in item.args])


def _join(how: Any, parts: Iterable[Node]) -> Node:
    joined = tuple(parts)
    if len(joined) == 1:
        return joined[0]
    return And(joined) if how is conditions.ConditionAND else Or(joined)


def _detection(found: SigmaDetection) -> Node:
    items: Any = found.detection_items
    if isinstance(items[0], SigmaDetection):
        return _join(found.item_linking, [_detection(item) for item in items])
    return _map(items)


def _map(items: Iterable[SigmaDetectionItem]) -> Node:
    heads: dict[str, list[Clause]] = {}
    parts: list[Node] = []
    for item in items:
        if item.field is None:
            parts.append(_keywords(item))
        for clause in _clauses(item) if item.field is not None else ():
            heads.setdefault(clause.path[0], []).append(clause)
    parts += [Atom(tuple(clauses)) for clauses in heads.values()]
    return _join(conditions.ConditionAND, parts)


def _keywords(item: SigmaDetectionItem) -> Node:
    groups: list[Node] = []
    for value in item.value:
        plain = isinstance(value, types.SigmaNumber | types.SigmaBool)  # looked for as text
        text = types.SigmaString(str(value).lower()) if plain else value
        groups.append(_join(conditions.ConditionOR, [Keyword(_anywhere(leaf)) for leaf in leaves(text, item)]))
    node = _join(item.value_linking, groups)
    return Not(node) if item.negated else node


def _anywhere(leaf: Leaf) -> Leaf:
    if leaf.op in {"eq", "startswith", "endswith"}:
        return Leaf("contains", leaf.shown, leaf.text, cased=leaf.cased)
    if leaf.op == "glob":
        source = leaf.text.removeprefix(r"(?s)\A").removesuffix(r"\z")
        return Leaf("glob", leaf.shown, f"(?s){source}", cased=leaf.cased)
    if leaf.op not in {"contains", "re", "exists"}:
        raise Unrunnable("a keyword is neither text nor a regular expression")
    return leaf


def _clauses(item: SigmaDetectionItem) -> Iterator[Clause]:
    path = tuple(str(item.field).split("."))
    groups = [tuple(leaves(value, item)) for value in item.value] or [(Leaf("missing", "null"),)]
    if item.value_linking is not conditions.ConditionAND or len(groups) == 1:
        yield Clause(path, tuple(leaf for group in groups for leaf in group), negated=item.negated)
    elif not item.negated:
        yield from (Clause(path, group) for group in groups)
    elif any(len(group) > 1 for group in groups):
        raise Unrunnable(f"`{item.field}` joins neq and all with a modifier that makes several values of one")
    else:
        yield Clause(path, tuple(group[0] for group in groups), every=True, negated=True)
