"""Proposes how severe a case is, by criteria that are said aloud; a person decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.model.finding import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jumpkit.model.finding import Incident, Picture

DONE = frozenset({"exfiltration", "impact"})  # tactics after which something is lost
_NAMED = 3  # stores that a sentence names
MANY = 4  # tactics of one incident that make it a way through, not an attempt


def propose_severity(picture: Picture, left: Sequence[str] = ()) -> tuple[str, list[str]]:
    """Return a severity and the sentences it rests on, the deciding one first.

    Criteria: the highest severity among the incidents; critical where a high incident also shows data leaving or
    damage done and spans at least four tactics; one step more, where data left a store to which the client gives a
    data class (`left`); without incidents never above low; without findings informational.
    """
    if picture.incidents:
        severity, basis = _by_data(left, *_of_incidents(picture.incidents))
    elif picture.findings:
        highest = _highest(finding.severity for finding in picture.findings)
        severity = min(highest, "low", key=SEVERITIES.index)
        basis = [f"{_count(len(picture.findings), 'finding')} of {highest} severity at most, and no incident."]
    else:
        severity, basis = "informational", [_nothing_matched(picture)]
    if picture.blind_spots:
        seen = _count(len(picture.blind_spots), "blind spot")
        basis.append(f"{seen}: what the logs do not hold could raise this.")
    return severity, basis


def _by_data(left: Sequence[str], severity: str, basis: list[str]) -> tuple[str, list[str]]:
    """Return the severity one step higher where data of a named class left, and the sentence that says so."""
    if not left:
        return severity, basis
    more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
    raised = SEVERITIES[min(SEVERITIES.index(severity) + 1, len(SEVERITIES) - 1)]
    said = f"Records prove that data left {', '.join(left[:_NAMED])}{more}, a class of the estate file: {raised}."
    return raised, [said, *basis]


def _nothing_matched(picture: Picture) -> str:
    if any(spot.kind == "no_events" for spot in picture.blind_spots):
        return "The case holds no event: how severe it is, is unknown."
    return "No rule matched."


def _of_incidents(incidents: Iterable[Incident]) -> tuple[str, list[str]]:
    ranked = sorted(incidents, key=lambda each: (-SEVERITIES.index(each.severity), each.first, each.incident))
    worst = ranked[0]
    basis = [f"{worst.incident} ({worst.title}) is {worst.severity}, the highest of {_count(len(ranked), 'incident')}."]
    for incident in ranked:
        lost = sorted(DONE & set(incident.tactics))
        if incident.severity == "high" and lost and len(set(incident.tactics)) >= MANY:
            spanned = len(set(incident.tactics))
            raised = f"{incident.incident} is high, spans {spanned} tactics and reached {' and '.join(lost)}: critical."
            return "critical", [raised, *basis]
    return worst.severity, basis


def _highest(severities: Iterable[str]) -> str:
    return max(severities, key=SEVERITIES.index)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
