"""The whole story of a case as one mapping, which the templates of all documents share."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from jumpkit.kit.text import shell, sql_text
from jumpkit.model.finding import SEVERITIES
from jumpkit.report.content import technique_name, wording
from jumpkit.report.story.bursts import told_moments
from jumpkit.report.story.chart import charts
from jumpkit.report.story.facts import MOST_EVENTS, MOST_FINDINGS, Facts, chosen, gather
from jumpkit.report.story.limits import accounting, coverage, limits, sum_holds
from jumpkit.report.story.matrix import matrix
from jumpkit.report.story.people import MOST_PEOPLE, people
from jumpkit.report.story.rows import weight
from jumpkit.report.story.steps import steps
from jumpkit.report.story.summary import summary

if TYPE_CHECKING:
    from jumpkit.model.finding import Finding, Incident
    from jumpkit.report.material import Material

MOST_INCIDENTS = 25
MOST_PLACES = 15
MOST_ARTIFACTS = 100
MOST_COVERAGE = 60


def tell(material: Material) -> dict[str, Any]:
    """Return everything that a document says, bounded, in the order in which it is read."""
    facts = gather(material)
    now, later, more = steps(material, facts)
    persons = people(material.picture)
    covered = coverage(material.activity)
    moments = told_moments(material)
    return {
        "material": material,
        "case": material.case,
        "basis": _basis(material.case.get("severity_basis")),
        "now": now,
        "later": later,
        "later_more": more,
        "summary": summary(material, facts),
        "people": persons[:MOST_PEOPLE],
        "people_all": len(persons),
        "charts": charts(material),
        "moments": moments,
        "moments_all": len(material.timeline),
        "moments_told": sum(each["times"] for each in moments),
        "places": {name: tally.most_common(MOST_PLACES) for name, tally in _ordered(facts).items()},
        "places_all": {name: len(tally) for name, tally in facts.tallies.items()},
        "matrix": matrix(material.picture.findings),
        "counts": [(each, _count(material, each)) for each in reversed(SEVERITIES)],
        **_incidents(material, facts),
        "coverage": covered[:MOST_COVERAGE],
        "coverage_all": len(covered),
        "limits": limits(material),
        "accounting": accounting(material),
        "sum": sum_holds(material.events),
        "artifacts": material.artifacts[:MOST_ARTIFACTS],
        "artifacts_all": len(material.artifacts),
        "glossary": wording()["glossary"],
        "commands_for": _commands(material),
    }


def _basis(value: object) -> str:
    return " ".join(str(each) for each in value) if isinstance(value, list | tuple) else str(value or "")


def _ordered(facts: Facts) -> dict[str, Counter[str]]:
    """Return the tallies with equals sorted by name, so that the same case reads the same."""
    return {name: Counter(dict(sorted(tally.items()))) for name, tally in facts.tallies.items()}


def _count(material: Material, severity: str) -> int:
    return sum(each.severity == severity for each in material.picture.findings)


def _commands(material: Material) -> dict[str, str]:
    case = str(material.case.get("case", "CASE"))
    key = material.ledger.get("key")
    pinned = ["--key", str(key)] if key else []
    return {
        "all": shell(["jumpkit", "case", "show", case, "--json"]),
        "findings": shell(["jumpkit", "report", case, "--format", "ocsf"]),
        "timeline": shell(["jumpkit", "report", case, "--format", "timesketch"]),
        "events": shell(["jumpkit", "hunt", case, "--where", "api.operation = 'AssumeRole'", "--jsonl"]),
        "verify": shell(["jumpkit", "verify", case, *pinned]),
    }


def _incidents(material: Material, facts: Facts) -> dict[str, Any]:
    shown = chosen(material.picture.findings)
    groups: dict[str | None, list[Finding]] = {}
    for finding in shown:
        groups.setdefault(finding.incident, []).append(finding)
    known = sorted(material.picture.incidents, key=lambda each: (-weight(each.severity), each.first, each.incident))
    numbered = {each.finding: place for place, each in enumerate(shown, 1)}
    told = [_incident(each, groups.get(each.incident, []), material, facts) for each in known[:MOST_INCIDENTS]]
    loose = [_finding(each, material, facts) for each in groups.get(None, [])]
    return {
        "incidents": told,
        "incidents_all": len(known),
        "loose": loose,
        "numbers": numbered,
        "findings_all": len(material.picture.findings),
        "findings_most": MOST_FINDINGS,
    }


def _incident(incident: Incident, findings: list[Finding], material: Material, facts: Facts) -> dict[str, Any]:
    return {
        "incident": incident,
        "findings": [_finding(each, material, facts) for each in findings],
        "more": max(0, len(incident.findings) - len(findings)),
        "show": shell(["jumpkit", "show", incident.incident]),
    }


def _finding(finding: Finding, material: Material, facts: Facts) -> dict[str, Any]:
    info = material.infos.get(finding.rule)
    event = finding.sample[0] if finding.sample else None
    case = str(material.case.get("case", "CASE"))
    look = [shell(["jumpkit", "show", finding.finding])]
    if event:
        look.append(shell(["jumpkit", "explain", finding.rule, event]))
    look.append(shell(["jumpkit", "hunt", case, "--where", f"principal.uid = {sql_text(finding.principal.uid)}"]))
    evidence = facts.evidence.get(finding.finding, [])
    return {
        "finding": finding,
        "means": (info.description if info and info.description else _means(finding)),
        "false_positives": info.false_positives if info else (),
        "rule_path": info.path if info else None,
        "rule_digest": info.digest if info else None,
        "evidence": evidence,
        "bare": [uid for uid in finding.sample if uid not in {each["event"] for each in evidence}][:MOST_EVENTS]
        if not evidence
        else [],
        "more": max(0, finding.events - (len(evidence) or min(len(finding.sample), MOST_EVENTS))),
        "look": look,
        "techniques": [(each, technique_name(each)) for each in finding.attack],
    }


def _means(finding: Finding) -> str:
    known = wording()["tactics"]
    said = " ".join(known[slug]["means"] for slug in finding.tactics if slug in known)
    return said or "The rule says no more than its title."
