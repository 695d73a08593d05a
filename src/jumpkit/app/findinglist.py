"""All findings of a case that stand, its incidents, and what its logs cannot show."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from jumpkit.app.pictures import ordered, picture_of
from jumpkit.app.triage.answer import finding_object, incident_object
from jumpkit.kit.clock import stamp
from jumpkit.kit.masking import mask
from jumpkit.model.finding import SEVERITIES

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk


def findings_of(desk: Desk, case: str) -> dict[str, Any]:
    """Return findings/1: the severest first, then by time."""
    with desk.book.read() as tx:
        picture = ordered(picture_of(tx, case))
    findings = sorted(picture.findings, key=lambda each: (-SEVERITIES.index(each.severity), each.first, each.finding))
    incidents = sorted(picture.incidents, key=lambda each: (-SEVERITIES.index(each.severity), each.first))
    body = {
        "schema": "findings/1",
        "case": case,
        "findings": [finding_object(each) for each in findings],
        "incidents": [incident_object(each) for each in incidents],
        "blind_spots": [_plain(asdict(each)) for each in picture.blind_spots],
    }
    return dict(mask(body))


def _plain(spot: dict[str, Any]) -> dict[str, Any]:
    return {name: stamp(value) if hasattr(value, "astimezone") else value for name, value in spot.items()}
