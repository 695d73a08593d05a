"""Conditions of a statement: every key of every operator must hold; what is not known makes the answer unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.respond.policy.operators import OPERATORS, compare
from jumpkit.respond.policy.variables import fill
from jumpkit.respond.truth import NO, YES, Truth, every, opposite, some, truth, unknown

if TYPE_CHECKING:
    from jumpkit.respond.policy.document import Condition
    from jumpkit.respond.policy.request import Request

_ALL, _ANY = "ForAllValues", "ForAnyValue"
_IF_EXISTS = "IfExists"


def holds(conditions: tuple[Condition, ...], version: str, request: Request) -> Truth:
    """Return whether all conditions of a statement hold for a call."""
    return every(condition(each, version, request) for each in conditions)


def condition(said: Condition, version: str, request: Request) -> Truth:
    """Return whether one condition holds: operator, key, and values of which one must fit (negated: none)."""
    operator, key, values = said
    quantifier, _, rest = operator.rpartition(":")
    if_exists = rest.endswith(_IF_EXISTS)
    base = rest.removesuffix(_IF_EXISTS)
    asked = request.values(key)
    if base == "Null" and not quantifier and not if_exists:
        return _null(asked, values)
    if base not in OPERATORS or quantifier not in ("", _ALL, _ANY):
        return unknown(f"the condition operator {operator[:60]} is not understood")
    if isinstance(asked, str):
        return unknown(asked)
    if not asked:
        return _absent(quantifier, base, if_exists=if_exists)
    if not quantifier and len(asked) > 1:
        return unknown(f"{key} has several values and {operator} is made for one")
    fits = [_fits(base, one, values, version, request) for one in asked]
    return some(fits) if quantifier == _ANY else every(fits)


def _null(asked: tuple[str, ...] | str | None, values: tuple[str, ...]) -> Truth:
    if isinstance(asked, str):
        return unknown(asked)
    wanted = {each.lower() for each in values}
    if not wanted <= {"true", "false"}:
        return unknown("Null with a value that is neither true nor false")
    return truth(str(not asked).lower() in wanted)


def _absent(quantifier: str, base: str, *, if_exists: bool) -> Truth:
    """Return what an operator makes of a key that is not there: none of nothing fits, all of nothing do."""
    if quantifier:
        return truth(quantifier == _ALL)
    return truth(if_exists or OPERATORS[base][1])


def _fits(base: str, asked: str, values: tuple[str, ...], version: str, request: Request) -> Truth:
    """Return whether one value of the call fits one of the policy's, or, negated, none of them."""
    negated = OPERATORS[base][1]
    found = some(_one(base, asked, said, version, request) for said in values)
    return opposite(found) if negated else found


def _one(base: str, asked: str, said: str, version: str, request: Request) -> Truth:
    filled = fill(said, version, request)
    if filled.doubt is not YES:
        return filled.doubt
    if filled.pattern is None:
        return unknown(f"the variable in {said} has no value") if OPERATORS[base][1] else NO
    return compare(base, asked, filled.pattern)
