"""The case itself: incidents, what belongs to each, what cannot be seen, and the report that holds all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.report.stix.findings import MOST, observed_id, patterns_of
from jumpkit.report.story.facts import chosen, gather
from jumpkit.report.story.rows import when
from jumpkit.report.story.summary import summary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.model.finding import Finding, Incident
    from jumpkit.report.stix.objects import Maker

_MOST_SPOTS = 500


def case_objects(make: Maker) -> Iterator[dict[str, Any]]:
    """Yield incidents with their groups, then the report and the note on its limits."""
    findings = chosen(make.material.picture.findings, MOST)
    held: list[str] = [observed_id(make, each) for each in findings]
    for incident in make.material.picture.incidents:
        inside = [each for each in findings if each.incident == incident.incident]
        for each in _incident(make, incident, inside):
            held.append(each["id"])
            yield each
    report = make.make(
        "report",
        "report",
        name=make.text(make.material.case.get("title") or "Incident report"),
        description=make.text(" ".join(summary(make.material, gather(make.material)))),
        report_types=["observed-data"],
        published=make.modified,
        object_refs=held or [make.author["id"]],
        labels=[make.text(f"severity:{make.material.case.get('severity')}")],
    )
    yield report
    yield from _limits(make, report)


def _incident(make: Maker, incident: Incident, findings: list[Finding]) -> Iterator[dict[str, Any]]:
    span = f"{when(incident.first)} to {when(incident.last)} UTC"
    patterns = patterns_of(make, findings)
    made = make.make(
        "incident",
        incident.incident,
        name=make.text(incident.title),
        description=f"{incident.severity}; {span}; {len(incident.findings)} findings.",
        labels=[f"severity:{incident.severity}"],
        external_references=[{"source_name": "jumpkit", "external_id": incident.incident}],
    )
    yield made
    for pattern in patterns:
        yield make.relate(made, "related-to", pattern)
    yield make.make(
        "grouping",
        incident.incident,
        name=make.text(incident.title),
        context="suspicious-activity",
        object_refs=[made["id"], *(each["id"] for each in patterns), *(observed_id(make, each) for each in findings)],
    )


def _limits(make: Maker, report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    spots = make.material.picture.blind_spots
    for number, spot in enumerate(spots[:_MOST_SPOTS]):
        place = " ".join(each for each in (spot.account, spot.region) if each) or "everywhere"
        yield make.make(
            "note",
            f"limit {number}",
            abstract=make.text(f"Cannot be seen: {spot.kind.replace('_', ' ')}, {place}"),
            content=make.text(spot.because or spot.kind),
            object_refs=[report["id"]],
        )
