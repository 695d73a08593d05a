"""The clocks of one case as they stand at one moment: running, warning, breached, met, held, not applicable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jumpkit.coordinate.cadence import STATUS, cadence_of
from jumpkit.coordinate.clocks.engine import After, Anchor, Due, Earliest, Expression, due_of
from jumpkit.coordinate.clocks.rules import SUBMITTED, ClockSpec, Rule, Rulebook
from jumpkit.coordinate.deed import entered
from jumpkit.coordinate.moments import standing
from jumpkit.coordinate.registers import data_of
from jumpkit.coordinate.states import ENDED, HELD
from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.store.book import Tx
    from jumpkit.store.book.book import Row

WARNS = 0.8  # of the period, unless the rule says hours
OURS = frozenset({"internal", "provider"})  # kinds of rules whose clocks stop while a case is on hold
SETTLED = frozenset({"met", "met_late", "not_applicable", "not_in_force"})


@dataclass(frozen=True, slots=True)
class Bench:
    """What the clocks of one case depend on."""

    case: str
    book: Rulebook
    now: datetime
    severity: str | None
    anchors: Mapping[str, Anchor]
    duties: Mapping[str, Mapping[str, Row]]  # clock → what → the row that stands
    data: Sequence[Row]
    pauses: Sequence[tuple[datetime, datetime]]  # times on hold; the last may last until now
    on_hold: bool
    ended: datetime | None  # when the case did
    cadence: Row | None  # of its status reports, where its severity does not decide


def clocks_of(tx: Tx, row: Row, now: datetime, book: Rulebook) -> list[dict[str, Any]]:
    """Return every clock, those with a deadline first, by deadline and id."""
    bench = _bench(tx, row, now, book)
    found = [_clock(bench, rule, spec) for rule in book.rules for spec in rule.clocks]
    return sorted(found, key=lambda each: (each["due"] is None, _at(each["due"]), each["clock"]))


def unsettled(tx: Tx, row: Row, now: datetime, book: Rulebook) -> list[dict[str, Any]]:
    """Return the duties that run and are neither met nor signed as not applicable."""
    return [each for each in clocks_of(tx, row, now, book) if each["blocks_closing"]]


def next_status(tx: Tx, row: Row, now: datetime, book: Rulebook) -> datetime | None:
    """Return when the status report after one that is sent now is due, None where no rule asks for one."""
    found = book.clock(STATUS)
    if found is None:
        return None
    expression, _ = _expression(_bench(tx, row, now, book), found[1])
    due = due_of(expression, {name: Anchor(now) for name in found[1].anchors()[:1]}, book.calendars)
    return due.at if due else None


def _bench(tx: Tx, row: Row, now: datetime, book: Rulebook) -> Bench:
    case = str(row["case"])
    anchors = {kind: _anchor(moment["at"], moment["precision"]) for kind, moment in standing(tx, case).items()}
    duties: dict[str, dict[str, Row]] = {}
    for each in entered(tx, case, "duty"):
        duties.setdefault(each["clock"], {})[each["what"]] = each
    for clock, there in duties.items():
        if "released" in there:
            there.pop("held", None)
        if "withdrawn" in there:
            there.pop("not_applicable", None)
        if "submitted" in there:
            anchors[SUBMITTED + clock] = _anchor(there["submitted"]["at"], None)
    return Bench(
        case=case,
        book=book,
        now=now,
        severity=row["severity"],
        anchors=anchors,
        duties=duties,
        data=data_of(tx, case),
        pauses=_pauses(tx, case, now),
        on_hold=row["state"] == HELD,
        ended=_end_of(tx, row),
        cadence=cadence_of(tx, case),
    )


def _end_of(tx: Tx, row: Row) -> datetime | None:
    if row["state"] not in ENDED:
        return None
    changes = entered(tx, str(row["case"]), "state_change")
    return datetime.fromisoformat(changes[-1]["recorded"] if changes else row["updated"])


def _anchor(at: str, precision: str | None) -> Anchor:
    moment = datetime.fromisoformat(at)
    return Anchor(moment, date.fromisoformat(at[:10]) if precision == "day" else None)


def _pauses(tx: Tx, case: str, now: datetime) -> list[tuple[datetime, datetime]]:
    found, since = [], None
    for change in entered(tx, case, "state_change"):
        at = datetime.fromisoformat(change["recorded"])
        if change["now"] == HELD:
            since = at
        elif since is not None:
            found.append((since, at))
            since = None
    return [*found, (since, now)] if since is not None else found


def _clock(bench: Bench, rule: Rule, spec: ClockSpec) -> dict[str, Any]:
    expression, graded = _expression(bench, spec)
    due = due_of(expression, bench.anchors, bench.book.calendars)
    at = _moved(bench, rule, spec, due)
    duty = bench.duties.get(spec.clock, {})
    applies, because = _applies(bench, rule)
    warns = _warns(spec, due, at)
    state = _state(bench, rule, spec, due, at)
    blocks = at is not None and state not in SETTLED and rule.kind not in OURS
    return {
        "clock": spec.clock,
        "rule": rule.rule,
        "title": spec.title,
        "kind": rule.kind,
        "to": spec.to,
        "anchor": due.anchor if due else spec.anchors()[0],
        "anchored": stamp(due.anchored.at) if due else None,
        "due": stamp(at) if at else None,
        "due_local": _local(expression, at),
        "warns": stamp(warns) if warns else None,
        "state": state,
        "because": _why(rule, spec, due, graded),
        "applies": applies,
        "applies_because": because,
        "blocks_closing": blocks,
        "way_out": _way_out(bench, rule, spec, applies) if blocks else None,
        "target": spec.target,
        "readings": _readings(bench, spec, at),
        "settled": _settled(duty),
        "basis": spec.basis,
        "version": rule.version,
        "checked": rule.checked,
        "unverified": None if rule.checked else rule.unverified,
        "note": " ".join(filter(None, (spec.note, rule.note))) or None,
    }


def _expression(bench: Bench, spec: ClockSpec) -> tuple[Expression, str | None]:
    """Return how the deadline is counted; without a severity it is the strictest, and that is said."""
    own = bench.cadence
    if own is not None and own["clock"] == spec.clock:
        why = f"this case's own cadence, {own['minutes']} minutes, by {own['author']}: {own['reason']}"
        return After(spec.anchors(), "minutes", own["minutes"]), why
    if None in spec.dues:
        return spec.dues[None], None
    if bench.severity in spec.dues:
        return spec.dues[bench.severity], None
    return Earliest(tuple(spec.dues.values())), "the case has no severity yet: the strictest target counts"


def _moved(bench: Bench, rule: Rule, spec: ClockSpec, due: Due | None) -> datetime | None:
    """Return the deadline after what may move it: a hold that was granted, or for our own targets the time on hold."""
    if due is None:
        return None
    if rule.kind in OURS:
        paused = [max(end, due.anchored.at) - max(start, due.anchored.at) for start, end in bench.pauses]
        return due.at + sum(paused, timedelta())
    held = bench.duties.get(spec.clock, {}).get("held")
    return max(due.at, datetime.fromisoformat(held["until"])) if held else due.at


def _state(bench: Bench, rule: Rule, spec: ClockSpec, due: Due | None, at: datetime | None) -> str:
    duty = bench.duties.get(spec.clock, {})
    if "not_applicable" in duty:
        return "not_applicable"
    if due is None or at is None:
        return "waiting"
    if rule.since is not None and (rule.since == "never" or due.anchored.at < _day(rule.since)):
        return "not_in_force"
    ended = _ended(bench, spec, duty)
    if ended is not None:
        return "met" if ended <= at else "met_late"
    held = ("held" in duty and bench.now < at) or (rule.kind in OURS and bench.on_hold)
    return "held" if held else _running(bench, spec, due, at)


def _running(bench: Bench, spec: ClockSpec, due: Due, at: datetime) -> str:
    if bench.now > at:
        return "overdue" if spec.target else "breached"  # what the rule gives no figure for cannot be breached
    warns = _warns(spec, due, at)
    return "warning" if warns is not None and bench.now >= warns else "running"


def _ended(bench: Bench, spec: ClockSpec, duty: Mapping[str, Row]) -> datetime | None:
    if spec.repeats:
        return bench.ended
    if "submitted" in duty:
        return datetime.fromisoformat(duty["submitted"]["at"])
    stopped = bench.anchors.get(spec.stops) if spec.stops else None
    return stopped.at if stopped else None


def _warns(spec: ClockSpec, due: Due | None, at: datetime | None) -> datetime | None:
    if due is None or at is None:
        return None
    if spec.warn_hours is not None:
        return at - timedelta(hours=spec.warn_hours)
    return due.anchored.at + (at - due.anchored.at) * WARNS


def _readings(bench: Bench, spec: ClockSpec, at: datetime | None) -> list[dict[str, str]]:
    """Return what other sources say, where that is another deadline."""
    found = [(said, due_of(each, bench.anchors, bench.book.calendars)) for said, each in spec.others]
    return [{"reading": said, "due": stamp(due.at)} for said, due in found if due is not None and due.at != at]


def _applies(bench: Bench, rule: Rule) -> tuple[str, str]:
    if rule.kind in OURS:
        return "yes", "a target for every case"
    places = {each["jurisdiction"] for each in bench.data}
    classes = {each["data_class"] for each in bench.data if each["jurisdiction"] in rule.jurisdictions}
    if rule.jurisdictions & places and (not rule.classes or rule.classes & classes):
        return "yes", f"entered for the case: {', '.join(sorted(rule.jurisdictions & places))}"
    return "unknown", "nothing entered for the case says that it applies, and nobody signed that it does not"


def _way_out(bench: Bench, rule: Rule, spec: ClockSpec, applies: str) -> str:
    """Return what lets the case close over this duty, as commands."""
    duty = f"jumpkit case duty {bench.case} {spec.clock}"
    unsigned = f"{duty} --not-applicable --signer NAME --reason WHY"
    if applies == "yes":
        return f"{duty} --submitted TIME; or {unsigned}"
    data = f"jumpkit case data {bench.case} --class CLASS --jurisdiction PLACE"
    classes, places = (", ".join(sorted(each)) or "any" for each in (rule.classes, rule.jurisdictions))
    return f"it applies (CLASS: {classes}; PLACE: {places}): {data}; it does not: {unsigned}"


def _settled(duty: Mapping[str, Row]) -> dict[str, Any] | None:
    for what in ("not_applicable", "submitted", "held"):
        if what in duty:
            names = ("what", "at", "until", "signer", "reason", "receipt", "recorded")
            return {name: duty[what][name] for name in names}
    return None


def _why(rule: Rule, spec: ClockSpec, due: Due | None, graded: str | None) -> str | None:
    if due is None:
        return f"none of these is set: {', '.join(spec.anchors())}"
    said = [graded] if graded else []
    if due.anchored.day is not None:
        said.append("only the day is known; where hours count, they do from its first minute")
    if spec.target:
        said.append("the rule names no figure; this one is a target of ours")
    if rule.since == "never":
        said.append("not law yet")
    elif rule.since is not None and due.anchored.at < _day(rule.since):
        said.append(f"in force from {rule.since} only")
    return "; ".join(said) or None


def _local(expression: Expression, at: datetime | None) -> str | None:
    while not isinstance(expression, After):
        expression = expression.parts[0] if isinstance(expression, Earliest) else expression.first
    if at is None:
        return None
    return at.astimezone(ZoneInfo(expression.zone)).strftime(f"%a %Y-%m-%d %H:%M:%S %Z ({expression.zone})")


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _at(text: str | None) -> datetime:
    return datetime.fromisoformat(text) if text else datetime.max.replace(tzinfo=UTC)
