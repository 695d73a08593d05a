"""The object that triage promises to scripts: triage/1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import stamp
from jumpkit.model.finding import SEVERITIES, BlindSpot, Finding, Incident, Picture

if TYPE_CHECKING:
    from jumpkit.app.triage.tally import Tally
    from jumpkit.detect import RuleSet


@dataclass(frozen=True, slots=True)
class Answer:
    """What triage found, as triage/1, and whether anything fell short."""

    body: dict[str, Any]
    fell_short: bool

    def worst(self) -> int:
        """Return the place of the highest severity among the findings in SEVERITIES, -1 without findings."""
        return max((SEVERITIES.index(item["severity"]) for item in self.body["findings"]), default=-1)


def rules_object(rules: RuleSet) -> dict[str, Any]:
    """Return the `rules` object of triage/1, sorted by rule."""
    waiting = [{"rule": info.rule, "reason": info.reason} for info in rules.infos if not info.live]
    return {
        "loaded": len(rules.infos),
        "live": len(rules.infos) - len(waiting),
        "not_runnable": sorted(waiting, key=lambda item: (item["rule"], item["reason"] or "")),
    }


def body_of(case: str, tally: Tally, rules: RuleSet, picture: Picture) -> dict[str, Any]:
    """Return triage/1 without ledger and reports, which come last."""
    return {
        "schema": "triage/1",
        "case": case,
        "inputs": tally.inputs(),
        "events": tally.events(),
        "rules": rules_object(rules),
        "findings": [finding_object(item) for item in picture.findings],
        "incidents": [incident_object(item) for item in picture.incidents],
        "blind_spots": [spot_object(item) for item in picture.blind_spots],
    }


def finding_object(item: Finding) -> dict[str, Any]:
    """Return a finding as contract.md has it."""
    origin = {
        "uid": item.origin.uid,
        "name": item.origin.name,
        "resolved": item.origin.resolved,
        "why": item.origin.why,
    }
    return {
        "finding": item.finding,
        "rule": item.rule,
        "title": item.title,
        "severity": item.severity,
        "attack": list(item.attack),
        "tactics": list(item.tactics),
        "events": item.events,
        "first": stamp(item.first),
        "last": stamp(item.last),
        "principal": {"uid": item.principal.uid, "name": item.principal.name},
        "origin": origin,
        "incident": item.incident,
        "sample": list(item.sample),
    }


def incident_object(item: Incident) -> dict[str, Any]:
    """Return an incident as contract.md has it."""
    return {
        "incident": item.incident,
        "title": item.title,
        "severity": item.severity,
        "origins": list(item.origins),
        "first": stamp(item.first),
        "last": stamp(item.last),
        "tactics": list(item.tactics),
        "findings": list(item.findings),
    }


def spot_object(item: BlindSpot) -> dict[str, Any]:
    """Return a blind spot as contract.md has it; a time that is not known is null."""
    return {
        "kind": item.kind,
        "account": item.account,
        "region": item.region,
        "from": stamp(item.since) if item.since else None,
        "to": stamp(item.until) if item.until else None,
        "affects": list(item.affects),
        "because": item.because,
    }
