"""Sigma's values as leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import re2
from sigma import modifiers, types

from jumpkit.detect.leaf import pattern
from jumpkit.detect.sigma.guard import Unrunnable, sentence
from jumpkit.detect.tree import Leaf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sigma.rule import SigmaDetectionItem


def leaves(value: Any, item: SigmaDetectionItem) -> Iterator[Leaf]:
    """Yield the leaves that a value of an item becomes, joined by or; raises Unrunnable."""
    if isinstance(value, types.SigmaExpansion):
        for each in value.values:
            yield from leaves(each, item)
        return
    for kind, make in _LEAVES:
        if isinstance(value, kind):
            yield make(value, item)
            return
    raise Unrunnable(f"a value of `{item.field}` is of a kind that is not evaluated here ({type(value).__name__})")


def _string(value: Any, _item: SigmaDetectionItem) -> Leaf:
    shown = str(value)
    cased = isinstance(value, types.SigmaCasedString)
    parts: list[Any] = []
    for part in value.s:
        if isinstance(part, types.Placeholder):
            raise Unrunnable(f"holds the placeholder %{part.name}%, which only its user can fill in")
        parts.append(part if cased or not isinstance(part, str) else part.casefold())
    many = types.SpecialChars.WILDCARD_MULTI
    shape = tuple("*" if part is many else "?" if isinstance(part, types.SpecialChars) else "t" for part in parts)
    plain = "".join(part for part in parts if isinstance(part, str))
    named = _SHAPES.get(shape)
    if named is not None:
        return Leaf(named, shown, plain, cased=cased)
    source = "".join(re2.escape(part) if isinstance(part, str) else ".*" if part is many else "." for part in parts)
    return _checked(Leaf("glob", shown, rf"(?s)\A{source}\z", cased=cased))


_SHAPES: dict[tuple[str, ...], str] = {
    (): "eq",
    ("t",): "eq",
    ("*",): "exists",
    ("*", "t", "*"): "contains",
    ("t", "*"): "startswith",
    ("*", "t"): "endswith",
}


def _checked(leaf: Leaf) -> Leaf:
    try:
        pattern(leaf.text)
    except re2.error as error:
        raise Unrunnable(f"RE2 refuses the pattern {leaf.shown!r}: {sentence(error)}") from error
    return leaf


def _regex(value: Any, item: SigmaDetectionItem) -> Leaf:
    if value.contains_placeholder():
        raise Unrunnable("holds a placeholder in a regular expression, which only its user can fill in")
    letters = "".join(
        letter for name, letter in (("IGNORECASE", "i"), ("MULTILINE", "m"), ("DOTALL", "s"))
        if types.SigmaRegularExpressionFlag[name] in value.flags
    )  # fmt: skip
    shown = str(value.regexp)
    source = shown
    start, end = modifiers.SigmaStartswithModifier in item.modifiers, modifiers.SigmaEndswithModifier in item.modifiers
    if start or end:
        source = (r"\A" if start else "") + f"(?:{source})" + (r"\z" if end else "")
    return _checked(Leaf("re", f"/{shown}/{letters}", f"(?{letters}){source}" if letters else source))


def _compare(value: Any, _item: SigmaDetectionItem) -> Leaf:
    op, number = value.op.name.lower(), value.number
    if isinstance(number, types.SigmaTimestampPart):
        part = number.timestamp_part.name.lower()
        return Leaf("time", f"{part} {_SIGNS[op]} {number.number}", op, number.number, extra=part)
    return Leaf(op, f"{_SIGNS[op]} {number.number}", number=number.number)


_SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "neq": "<>"}


def _time(value: Any, _item: SigmaDetectionItem) -> Leaf:
    part = value.timestamp_part.name.lower()
    return Leaf("time", f"{part} = {value.number}", "eq", value.number, extra=part)


def _reference(value: Any, _item: SigmaDetectionItem) -> Leaf:
    extra = {(True, True): "contains", (True, False): "startswith", (False, True): "endswith"}
    anchor = extra.get((value.starts_with, value.ends_with), "")
    return Leaf("ref", f"{anchor} field {value.field}".strip(), value.field, extra=anchor)


_LEAVES: tuple[tuple[Any, Callable[[Any, SigmaDetectionItem], Leaf]], ...] = (
    (types.SigmaString, _string),
    (types.SigmaTimestampPart, _time),
    (types.SigmaNumber, lambda value, _: Leaf("number", str(value.number), number=value.number)),
    (types.SigmaBool, lambda value, _: Leaf("bool", str(value).lower(), str(value).lower())),
    (types.SigmaNull, lambda _value, _: Leaf("missing", "null")),
    (
        types.SigmaExists,
        lambda value, _: Leaf("exists" if value.exists else "missing", "*" if value.exists else "null"),
    ),
    (types.SigmaRegularExpression, _regex),
    (types.SigmaCIDRExpression, lambda value, _: Leaf("cidr", f"in {value.cidr}", str(value.network))),
    (types.SigmaCompareExpression, _compare),
    (types.SigmaFieldReference, _reference),
)
