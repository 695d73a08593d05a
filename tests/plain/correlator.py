"""A plain reading of Sigma correlations: windows over sorted hits, one group at a time."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from plain.evaluator import hits, look_up, text

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
MOMENTS = (
    "eventTime", "@timestamp", "query_timestamp", "stageTimestamp", "timestamp", "updatedAt", "UpdatedAt", "time",
    "start", "configurationItemCaptureTime",
)  # fmt: skip
COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "gte": operator.ge,
    "gt": operator.gt,
    "lte": operator.le,
    "lt": operator.lt,
    "eq": operator.eq,
    "neq": operator.ne,
}
Event = Mapping[str, Any]
Rule = Mapping[str, Any]
Hit = tuple[float, str, int]  # seconds, the base rule's reference, position of the event


def fires(rule: Rule, known: Mapping[str, Rule], events: Sequence[Event]) -> set[int]:
    """Return the positions of the events in a window that satisfies the correlation; `known` by name and id."""
    spec = rule["correlation"]
    found = [(reference, at) for reference in spec["rules"] for at in decisive(known[reference], known, events)]
    groups: dict[tuple[str, ...], list[Hit]] = {}
    for reference, at in found:
        key = group_key(spec, reference, events[at])
        if key is not None:
            groups.setdefault(key, []).append((seconds(events[at]), reference, at))
    span = timespan(spec["timespan"])
    return {at for group in groups.values() for at in windows(spec, sorted(group), span, events)}


def decisive(rule: Rule, known: Mapping[str, Rule], events: Sequence[Event]) -> set[int]:
    """Return the positions of a rule's matches; of a correlation, those of the events at which it begins to hold."""
    if "correlation" not in rule:
        return hits(rule, events)
    return {at for at in range(len(events)) if at == max(fires(rule, known, earlier(events, at)), default=None)}


def earlier(events: Sequence[Event], at: int) -> Sequence[Event]:
    """Return the events up to one in order of time, the others blanked so that positions stay."""
    return [event if seconds(event) <= seconds(events[at]) else {} for event in events]


def group_key(spec: Mapping[str, Any], reference: str, event: Event) -> tuple[str, ...] | None:
    """Return the values an event is grouped by; None where one is absent, for absent is equal to nothing."""
    aliases = spec.get("aliases", {})
    key = []
    for name in spec.get("group-by", []):
        values = look_up(aliases.get(name, {}).get(reference, name).split("."), event)
        if not values:
            return None
        key.append(text(values[0]).lower())
    return tuple(key)


def windows(spec: Mapping[str, Any], group: list[Hit], span: int, events: Sequence[Event]) -> set[int]:
    covered: set[int] = set()
    first = 0
    for last in range(len(group)):
        while group[last][0] - group[first][0] > span:
            first += 1
        window = group[first : last + 1]
        if holds(spec, window, events):
            covered |= {at for _, _, at in window}
    return covered


def holds(spec: Mapping[str, Any], window: list[Hit], events: Sequence[Event]) -> bool:
    kind = spec["type"]
    if kind == "temporal":
        return {reference for _, reference, _ in window} == set(spec["rules"])
    if kind == "temporal_ordered":
        return in_order([(when, reference) for when, reference, _ in window], spec["rules"])
    condition = dict(spec["condition"])
    field = condition.pop("field", None)
    ((name, wanted),) = condition.items()
    if kind == "event_count":
        return COMPARE[name](len({at for _, _, at in window}), wanted)
    if kind == "value_count":
        seen = {text(value).lower() for _, _, at in window for value in look_up(field.split("."), events[at])}
        return COMPARE[name](len(seen), wanted)
    raise ValueError(f"this reading knows no {kind}")


def in_order(window: list[tuple[float, str]], wanted: Sequence[str]) -> bool:
    """Say whether the rules' hits can be picked in order, none earlier than the one before."""
    earliest = float("-inf")
    for reference in wanted:
        later = [when for when, seen in window if seen == reference and when >= earliest]
        if not later:
            return False
        earliest = min(later)
    return True


def timespan(spelled: str) -> int:
    return int(spelled[:-1]) * UNITS[spelled[-1]]


def seconds(event: Event) -> float:
    told = next(event[name] for name in MOMENTS if name in event)
    if isinstance(told, int):
        return told / 1000 if told > 1e11 else told
    if "/" in told:
        return datetime.strptime(told, "%d/%b/%Y:%H:%M:%S %z").timestamp()
    return datetime.fromisoformat(str(told)).timestamp()
