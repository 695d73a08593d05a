"""Reads a case's picture back from the book."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from jumpkit.model.finding import BlindSpot, Finding, Incident, Origin, Picture, Principal

if TYPE_CHECKING:
    from jumpkit.store.book import Tx


def picture_of(tx: Tx, case: str) -> Picture:
    """Return what stands of the case's findings and incidents, and its blind spots and principals."""
    findings = [finding_of(row) for row in tx.rows("finding", case=case, superseded_by=None)]
    incidents = [incident_of(row) for row in tx.rows("incident", case=case, superseded_by=None)]
    spots = [spot_of(row) for row in tx.rows("blind_spot", case=case)]
    people = [json.loads(row["body"]) for row in tx.rows("principal", case=case)]
    return ordered(Picture(tuple(findings), tuple(incidents), tuple(spots), tuple(people)))


def ordered(picture: Picture) -> Picture:
    """Return the picture in the order in which documents tell it."""
    return Picture(
        tuple(sorted(picture.findings, key=lambda item: (item.first, item.finding))),
        tuple(sorted(picture.incidents, key=lambda item: (item.first, item.incident))),
        tuple(sorted(picture.blind_spots, key=_place)),
        tuple(sorted(picture.principals, key=lambda item: (-int(str(item.get("events") or 0)), str(item["uid"])))),
    )


def _place(spot: BlindSpot) -> tuple[str, str, str, str, str]:
    return spot.kind, spot.account or "", spot.region or "", str(spot.since), spot.because


def finding_of(row: dict[str, Any]) -> Finding:
    """Return a finding from its row."""
    return Finding(
        finding=row["finding"],
        rule=row["rule"],
        title=row["title"],
        severity=row["severity"],
        attack=tuple(json.loads(row["attack"])),
        tactics=tuple(json.loads(row["tactics"])),
        events=row["events"],
        first=_moment(row["first"]),
        last=_moment(row["last"]),
        principal=Principal(row["principal_uid"], row["principal_name"]),
        origin=Origin(row["origin_uid"], row["origin_name"], bool(row["origin_resolved"]), row["origin_why"]),
        incident=row["incident"],
        sample=tuple(json.loads(row["sample"])),
    )


def incident_of(row: dict[str, Any]) -> Incident:
    """Return an incident from its row."""
    return Incident(
        incident=row["incident"],
        title=row["title"],
        severity=row["severity"],
        origins=tuple(json.loads(row["origins"])),
        first=_moment(row["first"]),
        last=_moment(row["last"]),
        tactics=tuple(json.loads(row["tactics"])),
        findings=tuple(json.loads(row["findings"])),
    )


def spot_of(row: dict[str, Any]) -> BlindSpot:
    """Return a blind spot from its row."""
    since, until = (_moment(row[name]) if row[name] else None for name in ("since", "until"))
    affects = tuple(json.loads(row["affects"]))
    return BlindSpot(row["kind"], row["account"], row["region"], since, until, affects, row["because"])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
