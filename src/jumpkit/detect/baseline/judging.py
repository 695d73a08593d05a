"""Holds what new logs show against what was learned: points by named feature; unknown where little is known."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.detect.baseline.features import CALLER, FEATURES, SUBJECTS, VOLUMES, Feature, Volume
from jumpkit.kit.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyarrow as pa

    from jumpkit.detect.baseline.learning import Span

UNUSUAL, USUAL, UNKNOWN, BENIGN = "unusual", "usual", "unknown", "benign"
THRESHOLD = 4  # points from which on a subject is unusual
ESTATE_DAYS, ESTATE_EVENTS = 14, 1_000  # what an estate must have shown before news of it mean anything
SUBJECT_DAYS, SUBJECT_EVENTS = 5, 50  # the same for one principal or asset
_TIMES = 3.0  # as often as the highest hour known
_STRANGER = 2  # points for a principal that nobody ever saw
Known = dict[tuple[str, str], dict[str, dict[str, Any]]]  # (subject, feature) -> value -> row


@dataclass(frozen=True, slots=True)
class Reason:
    """One feature of a judgment: the value, what the baseline says of it, and what that weighs."""

    feature: str
    value: str
    baseline: str
    sample: int  # events from which the baseline knows
    points: int
    why: str
    benign: bool = False  # somebody said that it is


@dataclass(frozen=True, slots=True)
class Judged:
    """A principal or asset with its points, the reasons for them, and what they come to."""

    subject: str
    name: str | None
    state: str
    score: int
    why: str
    reasons: tuple[Reason, ...]
    first: int  # ms since 1970
    last: int


def judge(
    learned: pa.Table, span: Span, seen: pa.Table, benign: frozenset[tuple[str, str, str]] = frozenset()
) -> list[Judged]:
    """Return every subject of `seen`, most points first; `benign` are (subject, feature, value) that do not count."""
    known = _by_subject(learned)
    heard = _by_value(learned)
    new = _by_subject(seen)
    subjects: dict[str, list[str]] = defaultdict(list)
    for subject, feature in new:
        subjects[subject].append(feature)
    young = _too_young(span)
    found = [_judged(subject, new, known, heard, benign) for subject in sorted(subjects)]
    ripe = [_ripened(each, known, young) for each in found]
    return sorted(ripe, key=lambda each: (-each.score, each.state != UNUSUAL, each.subject))


def _too_young(span: Span) -> str | None:
    """Return why the estate is too young or small to be judged, None where it is neither."""
    if span.days < ESTATE_DAYS or span.events < ESTATE_EVENTS:
        had = f"{counted(span.days, 'day')} with {counted(span.events, 'event')} were learned from"
        return f"{had}; {ESTATE_DAYS} days and {ESTATE_EVENTS:,} events are the least to tell news from habit"
    return None


def _by_subject(table: pa.Table) -> Known:
    found: Known = defaultdict(dict)
    for row in table.to_pylist():
        found[row["subject"], row["feature"]][row["value"]] = row
    return found


def _by_value(table: pa.Table) -> dict[tuple[str, str], int]:
    """Return how many subjects have each (feature, value)."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for row in table.select(["feature", "value"]).to_pylist():
        found[row["feature"], row["value"]] += 1
    return found


def _judged(
    subject: str,
    new: Known,
    known: Known,
    heard: Mapping[tuple[str, str], int],
    benign: frozenset[tuple[str, str, str]],
) -> Judged:
    kind = _kind(subject)
    reasons: list[Reason] = []
    if not any((subject, feature.name) in known for feature in FEATURES):
        why = "nobody of this name and number was seen in the time learned from"
        reasons.append(Reason(kind, subject, "never seen", 0, _STRANGER, why))
    for feature in FEATURES:
        if (subject, feature.name) in new:
            reasons += _news(feature, new[subject, feature.name], known.get((subject, feature.name), {}), heard)
    for volume in VOLUMES:
        if (subject, volume.name) in new:
            reasons += _swollen(volume, new[subject, volume.name][""], known.get((subject, volume.name), {}).get(""))
    reasons = [_excused(subject, each, benign) for each in reasons]
    rows = [row for feature in (*FEATURES, *VOLUMES) for row in new.get((subject, feature.name), {}).values()]
    name = next((row["name"] for row in rows if row["name"]), None)
    first, last = min(row["first"] for row in rows), max(row["last"] for row in rows)
    return Judged(subject, name, USUAL, _score(reasons), "", tuple(reasons), first, last)


def _kind(subject: str) -> str:
    return "asset" if subject.startswith("asset:") else CALLER


def _excused(subject: str, reason: Reason, benign: frozenset[tuple[str, str, str]]) -> Reason:
    if (subject, reason.feature, reason.value) not in benign:
        return reason
    why = f"{reason.why}; somebody said that this is benign"
    return Reason(reason.feature, reason.value, reason.baseline, reason.sample, 0, why, benign=True)


def _news(
    feature: Feature, values: Mapping[str, Any], known: Mapping[str, Any], heard: Mapping[tuple[str, str], int]
) -> Iterable[Reason]:
    """Yield a reason for each value that the subject never had, those that nobody had first."""
    sample = sum(row["events"] for row in known.values())
    fresh = [value for value in values if value not in known and not _near(feature, value, known)]
    for value in sorted(fresh, key=lambda each: (heard.get((feature.name, each), 0), each)):
        others = heard.get((feature.name, value), 0)
        usual = ", ".join(sorted(known, key=lambda each: (-known[each]["events"], each))[:3])
        told = f"usual: {usual} ({len(known)} in all)" if known else "nothing known of this one"
        points = feature.unheard if not others else feature.new if known else 0
        yield Reason(feature.name, value, told, sample, points, _said(feature, value, others))


def _said(feature: Feature, value: str, others: int) -> str:
    did = f"{counted(others, 'other')} did in the time learned from, this one never" if others else "nobody ever did"
    return f"{feature.says} {value}: {did}"


def _near(feature: Feature, value: str, known: Mapping[str, Any]) -> bool:
    """Return whether an hour borders on one that is known."""
    if feature.name != "hour":
        return False
    hour = int(value[:2])
    return any(f"{(hour + step) % 24:02d} h UTC" in known for step in (-1, 1))


def _swollen(volume: Volume, row: Mapping[str, Any], known: Mapping[str, Any] | None) -> Iterable[Reason]:
    if known is None:
        return
    peak, before = row["peak"], known["peak"]
    if peak >= _TIMES * before and peak - before >= volume.least:
        told = f"highest {before:,.0f}, median {known['median']:,.0f}, 95 of 100 hours below {known['high']:,.0f}"
        why = f"{peak:,.0f} {volume.unit} within an hour, {peak / before:,.1f} times the most that was ever learned"
        yield Reason(volume.name, f"{peak:,.0f}", told, known["events"], volume.points, why)


def _score(reasons: Sequence[Reason]) -> int:
    """Return the points of all reasons, bounded by feature."""
    most = {feature.name: feature.most for feature in FEATURES}
    total: dict[str, int] = defaultdict(int)
    for reason in reasons:
        total[reason.feature] += reason.points
    return sum(min(points, most.get(feature, points)) for feature, points in total.items())


def _ripened(each: Judged, known: Known, young: str | None) -> Judged:
    """Return the judgment with its state: unusual, usual, benign, or unknown where too little was learned."""
    if young is not None:
        return _as(each, UNKNOWN, young)
    if each.score >= THRESHOLD:
        return _as(each, UNUSUAL, f"{each.score} points ({THRESHOLD} are unusual) by the features listed")
    if (
        each.reasons
        and all(reason.benign or not reason.points for reason in each.reasons)
        and any(reason.benign for reason in each.reasons)
    ):
        return _as(each, BENIGN, "all that was new was said to be benign")
    feature = next(item.name for item in FEATURES if item.of == _kind(each.subject))
    rows = known.get((each.subject, feature), {}).values()
    events, days = sum(row["events"] for row in rows), max((row["days"] for row in rows), default=0)
    if events < SUBJECT_EVENTS or days < SUBJECT_DAYS:
        had = f"{counted(events, 'event')} on {counted(days, 'day')} are known of it"
        return _as(each, UNKNOWN, f"{had}; {SUBJECT_EVENTS} on {SUBJECT_DAYS} days are the least to call it usual")
    return _as(each, USUAL, f"{each.score} points, fewer than {THRESHOLD}")


def _as(each: Judged, state: str, why: str) -> Judged:
    return Judged(each.subject, each.name, state, each.score, why, each.reasons, each.first, each.last)


def sql_of(reason: Reason) -> tuple[str, str] | None:
    """Return the SQL value and subject by which events of a reason are found; None where it is an amount."""
    feature = next((item for item in FEATURES if item.name == reason.feature), None)
    return (feature.value, SUBJECTS[feature.of][0]) if feature else None
