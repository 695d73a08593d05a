"""Sigma's correlations as plain records."""

from __future__ import annotations

from typing import Any

from sigma import correlations

from jumpkit.detect.sigma.guard import Unrunnable, guarded
from jumpkit.detect.tree import Call, Correlation, Threshold


def correlation(value: Any) -> Correlation:
    """Return a correlation as its file says it; raises Unrunnable."""
    if not isinstance(value, dict):
        raise Unrunnable("`correlation` is not a map")
    rules = value.get("rules")
    for rule in rules if isinstance(rules, list) else []:
        if not isinstance(rule, str):
            raise Unrunnable("`rules` of the correlation are not names")
    parsed = guarded(lambda: correlations.SigmaCorrelationRule.from_dict({"title": "-", "correlation": value}))
    return guarded(lambda: _correlation(parsed))  # type: ignore[no-any-return]  # guarded above


def _correlation(parsed: Any) -> Correlation:
    condition = parsed.condition
    extended = isinstance(condition, correlations.SigmaExtendedCorrelationCondition)
    rules = condition.get_referenced_rules() if parsed.rules is None else [rule.reference for rule in parsed.rules]
    if not rules:
        raise Unrunnable("the correlation names no rule")
    return Correlation(
        kind=parsed.type.name.lower(),
        rules=tuple(rules),
        group_by=tuple(parsed.group_by or ()),
        seconds=parsed.timespan.seconds,
        aliases={
            alias.alias: {str(rule.reference): str(field) for rule, field in alias.mapping.items()}
            for alias in parsed.aliases
        },
        threshold=None if extended else _threshold(condition),
        condition=_call(condition.parsed) if extended else None,
        generate=parsed.generate,
    )


def _threshold(condition: Any) -> Threshold:
    fields = condition.fieldref
    listed = () if fields is None else (str(fields),) if not isinstance(fields, list) else tuple(map(str, fields))
    percentile = 50 if condition.percentile is None else condition.percentile
    if not 0 <= percentile <= 100:  # noqa: PLR2004  # a percentile lies between these by its meaning
        raise Unrunnable(f"{percentile} is no percentile")
    return Threshold(condition.op.name.lower(), condition.count, listed, percentile)


def _call(item: Any) -> Call:
    if isinstance(item, correlations.SigmaRuleReference):
        return Call("rule", str(item.reference))
    return Call(type(item).__name__.removeprefix("CorrelationCondition").lower(), parts=tuple(map(_call, item.args)))
