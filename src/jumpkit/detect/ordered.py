"""Extended correlation conditions as alternatives: which rules, in which order, and which must be absent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jumpkit.detect.tree import Call

_MOST = 64


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way in which an extended condition can hold."""

    order: tuple[str, ...]
    absent: frozenset[str]


def too_many(condition: Call) -> bool:
    """Say whether a condition has more alternatives than are followed, or nests too deeply."""
    try:
        alternatives(condition)
    except (OverflowError, RecursionError):
        return True
    return False


def alternatives(condition: Call) -> tuple[Alternative, ...]:
    """Return the alternatives of a condition, rules in the order written; OverflowError above 64."""
    return tuple(dict.fromkeys(_expand(condition, wanted=True)))


def _expand(call: Call, *, wanted: bool) -> list[Alternative]:
    if call.op == "rule":
        return [Alternative((call.rule,), frozenset()) if wanted else Alternative((), frozenset([call.rule]))]
    if call.op == "not":
        return _expand(call.parts[0], wanted=not wanted)
    parts = [_expand(part, wanted=wanted) for part in call.parts]
    if (call.op == "or") == wanted:
        found = [each for part in parts for each in part]
    else:
        found = [Alternative((), frozenset())]
        for part in parts:
            if len(found) * len(part) > _MOST:
                raise OverflowError
            found = [Alternative(a.order + b.order, a.absent | b.absent) for a in found for b in part]
    if len(found) > _MOST:
        raise OverflowError
    return found


def truth(condition: Call, present: frozenset[str]) -> bool:
    """Say whether a condition holds where these rules have an event."""
    if condition.op == "rule":
        return condition.rule in present
    if condition.op == "not":
        return not truth(condition.parts[0], present)
    parts = (truth(part, present) for part in condition.parts)
    return any(parts) if condition.op == "or" else all(parts)
