"""Nouns as rows of the book and back; it decides nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import stamp
from jumpkit.kit.digest import canonical, short_id
from jumpkit.model.finding import BlindSpot, Finding, Incident, Origin, Principal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.model.artifact import Sealed
    from jumpkit.model.rule import RuleInfo

Row = dict[str, Any]


def to_json(value: object) -> str:
    """Return a list or an object as the text that the book keeps."""
    return canonical(value).decode("utf-8", "surrogatepass").encode("utf-8", "backslashreplace").decode()


def from_json(text: str) -> Any:  # noqa: ANN401 - whatever JSON was kept
    """Return what `to_json` was given, tuples as lists."""
    return json.loads(text)


def moment_of(text: str) -> datetime:
    """Return the moment of an RFC 3339 text, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)


def finding_row(case: str, found: Finding, run: str) -> Row:
    """Return the row of a finding that stands; `run` found it."""
    return {
        "case": case,
        "finding": found.finding,
        "rule": found.rule,
        "title": found.title,
        "severity": found.severity,
        "attack": to_json(found.attack),
        "tactics": to_json(found.tactics),
        "events": found.events,
        "first": stamp(found.first),
        "last": stamp(found.last),
        "principal_uid": found.principal.uid,
        "principal_name": found.principal.name,
        "origin_uid": found.origin.uid,
        "origin_name": found.origin.name,
        "origin_resolved": int(found.origin.resolved),
        "origin_why": found.origin.why,
        "incident": found.incident,
        "sample": to_json(found.sample),
        "superseded_by": None,
        "superseded_why": None,
        "run": run,
    }


def finding_of(row: Mapping[str, Any]) -> Finding:
    """Return the finding that a row keeps."""
    return Finding(
        finding=row["finding"],
        rule=row["rule"],
        title=row["title"],
        severity=row["severity"],
        attack=tuple(from_json(row["attack"])),
        tactics=tuple(from_json(row["tactics"])),
        events=row["events"],
        first=moment_of(row["first"]),
        last=moment_of(row["last"]),
        principal=Principal(row["principal_uid"], row["principal_name"]),
        origin=Origin(row["origin_uid"], row["origin_name"], bool(row["origin_resolved"]), row["origin_why"]),
        incident=row["incident"],
        sample=tuple(from_json(row["sample"])),
    )


def incident_row(case: str, incident: Incident, run: str) -> Row:
    """Return the row of an incident that stands."""
    return {
        "case": case,
        "incident": incident.incident,
        "title": incident.title,
        "severity": incident.severity,
        "origins": to_json(incident.origins),
        "first": stamp(incident.first),
        "last": stamp(incident.last),
        "tactics": to_json(incident.tactics),
        "findings": to_json(incident.findings),
        "superseded_by": None,
        "superseded_why": None,
        "run": run,
    }


def incident_of(row: Mapping[str, Any]) -> Incident:
    """Return the incident that a row keeps."""
    return Incident(
        incident=row["incident"],
        title=row["title"],
        severity=row["severity"],
        origins=tuple(from_json(row["origins"])),
        first=moment_of(row["first"]),
        last=moment_of(row["last"]),
        tactics=tuple(from_json(row["tactics"])),
        findings=tuple(from_json(row["findings"])),
    )


def blind_spot_row(case: str, spot: BlindSpot, run: str) -> Row:
    """Return the row of a blind spot; its id is made of what it says, so that the same one has the same id."""
    said = {
        "kind": spot.kind,
        "account": spot.account,
        "region": spot.region,
        "since": stamp(spot.since) if spot.since else None,
        "until": stamp(spot.until) if spot.until else None,
        "affects": to_json(spot.affects),
        "because": spot.because,
    }
    return {"case": case, "blind_spot": short_id("B", to_json(said)), **said, "run": run}


def blind_spot_of(row: Mapping[str, Any]) -> BlindSpot:
    """Return the blind spot that a row keeps."""
    return BlindSpot(
        kind=row["kind"],
        account=row["account"],
        region=row["region"],
        since=moment_of(row["since"]) if row["since"] else None,
        until=moment_of(row["until"]) if row["until"] else None,
        affects=tuple(from_json(row["affects"])),
        because=row["because"],
    )


def artifact_row(case: str, sealed: Sealed, collected: str, run: str) -> Row:
    """Return the row of a sealed input; `collected` is RFC 3339, `processed` is set once its records are stored."""
    return {
        "case": case,
        "sha256": sealed.sha256,
        "sha512": sealed.sha512,
        "name": sealed.name,
        "size": sealed.size,
        "in_place": int(sealed.in_place),
        "path": str(sealed.path) if sealed.in_place else None,
        "collected": collected,
        "processed": None,
        "run": run,
    }


def rule_row(case: str, info: RuleInfo, run: str) -> Row:
    """Return the row of a rule that was applied, or could not be."""
    shown = {
        "title": info.title,
        "severity": info.severity,
        "sources": info.sources,
        "attack": info.attack,
        "tactics": info.tactics,
        "path": info.path,
        "own": info.own,
        "correlation": info.correlation,
        "findings": info.findings,
    }
    return {
        "case": case,
        "rule": info.rule,
        "digest": info.digest,
        "info": to_json(shown),
        "live": int(info.live),
        "reason": info.reason,
        "run": run,
    }
