"""Findings and incidents as OCSF: an array of Incident Findings (2005) and Detection Findings (2004)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.kit.text import clip, mask, mask_text
from jumpkit.report.content import attack, tactic_name
from jumpkit.report.material import Loss
from jumpkit.report.plain import line
from jumpkit.report.story.facts import MOST_EVENTS, MOST_FINDINGS, gather
from jumpkit.report.story.matrix import placed
from jumpkit.report.story.rows import weight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from jumpkit.model.finding import Finding, Incident
    from jumpkit.report.material import Material

TITLE = "findings and incidents, OCSF JSON"
FILE = "findings.ocsf.json"
VERSION = "1.5.0"
_LONGEST = 4000
_ALERT = 2  # medium
_STATES = {"closed": (4, "Resolved"), "new": (1, "New")}


def write(material: Material, put: Callable[[str], None]) -> Sequence[Loss]:
    """Put the array out, incidents first, then findings, in the order in which the picture has them."""
    evidence = gather(material).evidence
    put("[")
    first = True
    for each in _objects(material, evidence):
        put(("\n" if first else ",\n") + line(each if material.unmasked else mask(each)))
        first = False
    put("\n]\n")
    return _losses(material)


def _losses(material: Material) -> list[Loss]:
    losses = [Loss("blind spots, timeline, ledger", None, "OCSF's finding classes have no place for them.")]
    bare = len(material.picture.findings) - MOST_FINDINGS
    if bare > 0:
        losses.append(Loss("evidence of findings", bare, "Told for the heaviest; the others carry ids of events."))
    return losses


def _objects(material: Material, evidence: dict[str, list[dict[str, Any]]]) -> Iterable[dict[str, Any]]:
    titles = {each.finding: each.title for each in material.picture.findings}
    for incident in material.picture.incidents:
        yield _incident(incident, titles, material)
    for finding in material.picture.findings:
        yield _finding(finding, evidence.get(finding.finding, []), material)


def _common(uid: str, severity: str, class_uid: int, name: str, material: Material) -> dict[str, Any]:
    return {
        "activity_id": 1,
        "activity_name": "Create",
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": class_uid,
        "class_name": name,
        "type_uid": class_uid * 100 + 1,
        "type_name": f"{name}: Create",
        "time": _ms(material.generated),
        "severity_id": weight(severity) + 1,
        "severity": severity.capitalize(),
        "metadata": {
            "version": VERSION,
            "uid": uid,
            "correlation_uid": material.case.get("case"),
            "product": {"name": "jumpkit", "vendor_name": "jumpkit", "version": material.version},
            "labels": [f"TLP:{material.tlp.upper()}"],
        },
    }


def _incident(incident: Incident, titles: dict[str, str], material: Material) -> dict[str, Any]:
    state = _STATES.get(str(material.case.get("state")), (2, "In Progress"))
    return _common(incident.incident, incident.severity, 2005, "Incident Finding", material) | {
        "desc": _text(incident.title, material),
        "status_id": state[0],
        "status": state[1],
        "start_time": _ms(incident.first),
        "end_time": _ms(incident.last),
        "finding_info_list": [
            {"uid": uid, "title": _text(titles.get(uid, uid), material)} for uid in incident.findings
        ],
        "unmapped": {"origins": list(incident.origins), "tactics": list(incident.tactics)},
    }


def _finding(finding: Finding, evidence: list[dict[str, Any]], material: Material) -> dict[str, Any]:
    made = _common(finding.finding, finding.severity, 2004, "Detection Finding", material)
    accounts = sorted({each["account"] for each in evidence if each["account"]})
    regions = sorted({each["region"] for each in evidence if each["region"]})
    if len(accounts) == 1:
        made["metadata"]["profiles"] = ["cloud"]
        region = regions[0] if len(regions) == 1 else None
        made["cloud"] = {"provider": "AWS", "account": {"uid": accounts[0]}, "region": region}
    return made | {
        "status_id": 1,
        "status": "New",
        "is_alert": weight(finding.severity) >= _ALERT,
        "count": finding.events,
        "start_time": _ms(finding.first),
        "end_time": _ms(finding.last),
        "finding_info": _info(finding, material),
        "evidences": [_evidence(each, material) for each in evidence],
        "observables": _observables(evidence, material),
        "unmapped": {
            "incident": finding.incident,
            "principal": {"uid": finding.principal.uid, "name": finding.principal.name},
            "origin": {
                "uid": finding.origin.uid,
                "name": finding.origin.name,
                "resolved": finding.origin.resolved,
                "why": finding.origin.why,
            },
        },
    }


def _info(finding: Finding, material: Material) -> dict[str, Any]:
    info = material.infos.get(finding.rule)
    return {
        "uid": finding.finding,
        "title": _text(finding.title, material),
        "desc": _text(info.description, material) if info and info.description else None,
        "created_time": _ms(material.generated),
        "first_seen_time": _ms(finding.first),
        "last_seen_time": _ms(finding.last),
        "analytic": {"uid": finding.rule, "name": _text(finding.title, material), "type_id": 1, "type": "Rule"},
        "attacks": [_attack(slug, technique) for slug, technique in placed(finding)],
        "related_events": [{"uid": uid} for uid in finding.sample[:20]],
        "data_sources": sorted(info.sources) if info else None,
    }


def _attack(slug: str, technique: str) -> dict[str, Any]:
    table = attack()
    tactic = table["tactics"].get(slug)
    parent, _, sub = technique.partition(".")
    made: dict[str, Any] = {
        "version": table["version"],
        "tactic": {"uid": tactic[0] if tactic else None, "name": tactic_name(slug)},
        "technique": {"uid": parent, "name": table["techniques"].get(parent, [None])[0]},
    }
    if sub:
        made["sub_technique"] = {"uid": technique, "name": table["techniques"].get(technique, [None])[0]}
    return made


def _evidence(event: dict[str, Any], material: Material) -> dict[str, Any]:
    return {
        "api": {
            "operation": _text(event["operation"], material),
            "service": {"name": _text(event["service"], material)} if event["service"] else None,
        },
        "actor": {"user": {"name": _text(event["principal"], material)}},
        "src_endpoint": _endpoint(event["address"], material),
        "data": {
            "event": event["event"],
            "time": event["time"],
            "outcome": event["outcome"],
            "record": event["record"],
        },
    }


def _endpoint(address: str, material: Material) -> dict[str, Any]:
    looks = address.replace(".", "").replace(":", "")
    kind = "ip" if looks and all(char in "0123456789abcdefABCDEF" for char in looks) else "domain"
    return {kind: _text(address, material)}


def _observables(evidence: list[dict[str, Any]], material: Material) -> list[dict[str, Any]]:
    addresses = sorted(
        {each["address"] for each in evidence[:MOST_EVENTS] if "ip" in _endpoint(each["address"], material)}
    )
    return [
        {"name": "evidences.src_endpoint.ip", "type_id": 2, "type": "IP Address", "value": each} for each in addresses
    ]


def _text(value: object, material: Material) -> str:
    text = str(value)[: _LONGEST * 2]
    return clip(text if material.unmasked else mask_text(text), _LONGEST)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
