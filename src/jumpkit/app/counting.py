"""How many events a correlation counted around one of them, so that its match can be followed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.lakes import open_case

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk
    from jumpkit.detect import RuleSet
    from jumpkit.detect.tree import Correlation

_OPS = {"gte": "at least", "gt": "more than", "lte": "at most", "lt": "fewer than", "eq": "exactly", "neq": "not"}
_NEAR = """
WITH mine AS (SELECT DISTINCT principal, session, time FROM hits WHERE rule = ? AND uid = ?)
SELECT count(DISTINCT h.uid), min(h.time), max(h.time) FROM hits h JOIN mine m
  ON h.principal IS NOT DISTINCT FROM m.principal AND h.session IS NOT DISTINCT FROM m.session
  AND h.time BETWEEN m.time - ? AND m.time + ?
WHERE h.rule = ?
"""


def counted(desk: Desk, case: str, rules: RuleSet, asked: tuple[str, str]) -> dict[str, Any] | None:
    """Return one condition: what a correlation asks for, and how many events of one caller met it around an event.

    `asked` is the rule and the event; None where the rule is no correlation.
    """
    rule, uid = asked
    correlation = rules.bodies[rules.place(rule)].correlation
    if correlation is None:
        return None
    span = correlation.seconds * 1000
    with open_case(desk, case) as lake:
        ((events, first, last),) = lake.query(_NEAR, [rule, uid, span, span, rule])
    told = f"{events:,} events of this caller that it counted lie that near"
    actual = f"{told}, over {(last - first) // 1000:,} s" if events else None
    return {
        "condition": "count",
        "field": ", ".join(correlation.group_by) or None,
        "expected": _words(correlation),
        "actual": actual,
        "held": bool(events),
    }


def _words(correlation: Correlation) -> str:
    """Return what a correlation asks for in words."""
    by = f" for one {' and '.join(correlation.group_by)}" if correlation.group_by else ""
    within = f" within {correlation.seconds:,} s{by}"
    kind, threshold = correlation.kind.replace("_", " "), correlation.threshold
    if threshold is None:
        return f"{kind} of {len(correlation.rules)} rules{within}"
    taken = f" of {', '.join(threshold.fields)}" if threshold.fields else ""
    return f"{kind}{taken}: {_OPS.get(threshold.op, threshold.op)} {threshold.count:g}{within}"
