"""Reads the rules of deadlines from YAML, our own and a client's, and refuses what it does not understand."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jumpkit.coordinate.clocks.calendars import Calendar
from jumpkit.coordinate.clocks.engine import After, Capped, Earliest, Expression, anchors_of
from jumpkit.coordinate.moments import KINDS
from jumpkit.kit.errors import BadUsage
from jumpkit.kit.strictyaml import BadYaml, documents
from jumpkit.model.finding import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

SUBMITTED = "submitted:"  # prefix of the anchor that a report was handed in
UNITS = ("minutes", "hours", "days", "months", "business_days")
_SHAPES = {
    "rule": {"rule", "title", "version", "kind", "zone", "jurisdictions", "classes", "basis", "checked", "unverified"}
    | {"in_force", "note", "clocks"},
    "clock": {"clock", "title", "to", "basis", "due", "by_severity", "stops", "others", "target", "hold", "warn_hours"}
    | {"note", "repeats"},
    "due": {"after", *UNITS, "zone", "calendar", "whole_days", "from_year_end", "shift"},
}


@dataclass(frozen=True, slots=True)
class ClockSpec:
    """One deadline of a rule; internal ones have a deadline a severity."""

    clock: str
    title: str
    to: str
    basis: str
    dues: Mapping[str | None, Expression]  # by severity, or under None
    others: tuple[tuple[str, Expression], ...] = ()  # readings that disagree, and what they say
    stops: str | None = None  # the moment that ends it; a duty ends when it is settled
    repeats: bool = False  # it begins anew whenever it is met, and ends with the case alone
    target: bool = False  # the rule names no figure; this one is ours
    hold: str | None = None  # who may grant a delay
    warn_hours: int | None = None
    note: str | None = None

    def anchors(self) -> tuple[str, ...]:
        """Return what it may count from."""
        return tuple(dict.fromkeys(name for each in self.dues.values() for name in anchors_of(each)))


@dataclass(frozen=True, slots=True)
class Rule:
    """One law, contract or target of our own, as it stood at `version`."""

    rule: str
    title: str
    version: str
    kind: str  # law, contract, provider, internal
    basis: str
    checked: str | None  # the day on which it was held against its source
    unverified: str | None  # why it was not
    clocks: tuple[ClockSpec, ...]
    jurisdictions: frozenset[str] = frozenset()
    classes: frozenset[str] = frozenset()
    since: str | None = None  # in force from this day; "never" while it is not law
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules, and the calendars that they count by."""

    rules: tuple[Rule, ...]
    calendars: Mapping[str, Calendar] = field(default_factory=dict)

    def clock(self, name: str) -> tuple[Rule, ClockSpec] | None:
        """Return one clock with its rule."""
        return next(((rule, spec) for rule in self.rules for spec in rule.clocks if spec.clock == name), None)


def load(own: Path | None = None) -> Rulebook:
    """Return the package's rules and those in a client's folder, whose calendars lie in its `calendars/`.

    Raises:
        BadUsage: a file is not understood; the message says which and why.

    """
    places: list[Traversable] = [files("jumpkit.content") / "clocks", *([own] if own else [])]
    calendars = {"weekdays": Calendar("weekdays")}
    for path, body in _read(place / "calendars" for place in places):
        calendars[str(body.get("calendar"))] = _calendar(path, body)
    rules = tuple(_rule(path, body, calendars) for path, body in _read(places))
    names = [spec.clock for rule in rules for spec in rule.clocks]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadUsage(f"two clocks are called {twice[0]}", target=twice[0], hint="rename one")
    _check_chains(rules, names)
    return Rulebook(rules, calendars)


def _check_chains(rules: tuple[Rule, ...], names: list[str]) -> None:
    anchors = {name for rule in rules for spec in rule.clocks for name in spec.anchors() if name not in KINDS}
    for name in sorted(anchors):
        if name.removeprefix(SUBMITTED) not in names:
            raise BadUsage(f"a clock waits for {name}, which no clock is", target=name, hint="docs/add/clock.md")


def _read(places: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for place in places:
        if not place.is_dir():
            continue
        for path in sorted(place.iterdir(), key=lambda entry: entry.name):
            if path.name.endswith((".yaml", ".yml")) and path.is_file():
                yield path.name, _body(path)


def _body(path: Traversable) -> dict[str, Any]:
    try:
        [(body, _, _)] = documents(path.read_bytes())
    except (BadYaml, ValueError) as caught:
        raise _wrong(path.name, str(caught)) from caught
    if not isinstance(body, dict):
        raise _wrong(path.name, "it is no map")
    return body


def _calendar(path: str, body: Mapping[str, Any]) -> Calendar:
    try:
        made = Calendar(str(body["calendar"]), frozenset(body.get("weekend", (6, 7))), tuple(body.get("holidays", ())))
        made.off(2026)
    except (KeyError, TypeError, ValueError) as caught:
        raise _wrong(path, f"a holiday is not understood: {caught}") from caught
    return made


def _rule(path: str, body: Mapping[str, Any], calendars: Mapping[str, Calendar]) -> Rule:
    _check_names(path, body, "rule")
    for name in ("rule", "title", "version", "kind", "basis", "clocks"):
        if not body.get(name):
            raise _wrong(path, f"{name} is missing")
    if not body.get("checked") and not body.get("unverified"):
        raise _wrong(path, "neither `checked` (a day) nor `unverified` (why not)")
    clocks = tuple(_spec(path, each, body, calendars) for each in body["clocks"])
    return Rule(
        rule=body["rule"],
        title=body["title"],
        version=str(body["version"]),
        kind=body["kind"],
        basis=body["basis"],
        checked=body.get("checked"),
        unverified=body.get("unverified"),
        clocks=clocks,
        jurisdictions=frozenset(body.get("jurisdictions", ())),
        classes=frozenset(body.get("classes", ())),
        since=body.get("in_force"),
        note=body.get("note"),
    )


def _spec(path: str, each: Any, rule: Mapping[str, Any], calendars: Mapping[str, Calendar]) -> ClockSpec:
    _check_names(path, each, "clock")
    if not str(each.get("clock", "")).startswith(rule["rule"]):
        raise _wrong(path, f"the id of clock {each.get('clock')} does not begin with {rule['rule']}")

    def read(due: Any) -> Expression:
        return _expression(path, due, rule, calendars)

    graded = each.get("by_severity")
    if graded and set(graded) != set(SEVERITIES):
        raise _wrong(path, f"{each['clock']} does not name every severity")
    dues: dict[str | None, Expression] = {name: read(due) for name, due in (graded or {}).items()}
    return ClockSpec(
        clock=each["clock"],
        title=each["title"],
        to=each["to"],
        basis=each.get("basis") or rule["basis"],
        dues=dues or {None: read(each.get("due"))},
        others=tuple((other["reading"], read(other["due"])) for other in each.get("others", ())),
        stops=each.get("stops"),
        repeats=bool(each.get("repeats")),
        target=bool(each.get("target")),
        hold=each.get("hold"),
        warn_hours=each.get("warn_hours"),
        note=each.get("note"),
    )


def _expression(path: str, due: Any, rule: Mapping[str, Any], calendars: Mapping[str, Calendar]) -> Expression:
    if not isinstance(due, dict):
        raise _wrong(path, "a deadline is missing")
    if "earliest" in due:
        return Earliest(tuple(_expression(path, part, rule, calendars) for part in due["earliest"]))
    if "capped" in due:
        first, cap = (_expression(path, due["capped"][name], rule, calendars) for name in ("first", "cap"))
        return Capped(first, cap)
    _check_names(path, due, "due")
    units = [unit for unit in UNITS if unit in due]
    if len(units) != 1 or not isinstance(due[units[0]], int) or due[units[0]] < 0:
        raise _wrong(path, f"a deadline names one of {', '.join(UNITS)}, as a whole number")
    anchors = (due["after"],) if isinstance(due["after"], str) else tuple(due["after"])
    for name in anchors:
        if name not in KINDS and not name.startswith(SUBMITTED):
            raise _wrong(path, f"there is no moment {name}")
    zone, named = str(due.get("zone") or rule.get("zone") or "UTC"), str(due.get("calendar", "weekdays"))
    if named not in calendars or not _is_zone(zone):
        raise _wrong(path, f"there is no calendar {named}, or no zone {zone}")
    rest = {name: due[name] for name in ("whole_days", "from_year_end", "shift") if name in due}
    return After(anchors, units[0], due[units[0]], zone, named, **rest)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _check_names(path: str, body: Any, shape: str) -> None:
    if not isinstance(body, dict):
        raise _wrong(path, f"a {shape} is no map")
    strange = sorted(set(map(str, body)) - _SHAPES[shape])
    if strange:
        raise _wrong(path, f"a {shape} does not know {', '.join(strange)}")


def _wrong(path: str, why: str) -> BadUsage:
    return BadUsage(f"the clocks in {path} are not understood: {why}", target=path, hint="docs/add/clock.md")
