"""Every moment of a case, one flat row each, in order of time: what exports of the timeline are made of."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import stamp
from jumpkit.report.story.facts import address_of, outcome_of, record_of
from jumpkit.report.story.rows import heaviest, listed, moment, named, rfc3339, text_at, weight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.model.finding import Finding
    from jumpkit.report.material import Material, Row

LONGEST = 16_000  # characters of a cell; spreadsheets hold 32,767


def every_moment(material: Material) -> Iterator[dict[str, Any]]:
    """Yield findings, the timeline's rows, and those events behind findings that the timeline leaves out."""
    findings = {each.finding: each for each in material.picture.findings}
    cited: dict[str, list[str]] = {}
    for finding in material.picture.findings:
        for uid in finding.sample:
            cited.setdefault(uid, []).append(finding.finding)
    told = {str(row.get("event")) for row in material.timeline if row.get("event")}
    ordered = sorted(material.picture.findings, key=lambda each: (each.first, each.finding))
    streams = (
        (_of_finding(each) for each in ordered),
        iter(sorted((_of_row(row, findings) for row in material.timeline), key=_place)),
        (made for row in material.rows() if (made := _of_event(row, findings, cited))["event"] not in told),
    )
    yield from heapq.merge(*streams, key=_place)


def _place(row: dict[str, Any]) -> float:
    at = moment(row["time"])
    return at.timestamp() if at else -1.0


def _of_finding(finding: Finding) -> dict[str, Any]:
    return _blank() | {
        "time": stamp(finding.first),
        "until": stamp(finding.last),
        "kind": "finding",
        "severity": finding.severity,
        "findings": [finding.finding],
        "rules": [finding.rule],
        "techniques": list(finding.attack),
        "tactics": list(finding.tactics),
        "principal": finding.principal.name or finding.principal.uid,
        "origin": finding.origin.name or finding.origin.uid,
        "events": finding.events,
        "text": finding.title,
    }


def _of_row(row: Row, findings: dict[str, Finding]) -> dict[str, Any]:
    ids = listed(row.get("findings"))
    record = record_of({"record": row.get("record")})
    taken = {key: row.get(key) for key in ("original_time", "source", "operation", "service", "outcome", "region")}
    return (
        _blank()
        | taken
        | _about(ids, findings)
        | {
            "time": rfc3339(row.get("time")),
            "until": rfc3339(row.get("until")),
            "kind": str(row.get("kind") or "event"),
            "techniques": listed(row.get("techniques")),
            "tactics": listed(row.get("tactics")),
            "principal": named(row.get("principal")),
            "address": named(row.get("address")),
            "agent": named(row.get("agent")),
            "account": named(row.get("account")),
            "event": named(row.get("event")),
            "record": record,
            "text": row.get("text") or row.get("operation"),
        }
    )


def _of_event(row: Row, findings: dict[str, Finding], cited: dict[str, list[str]]) -> dict[str, Any]:
    uid = text_at(row, "metadata.uid") or ""
    ids = list(dict.fromkeys([*listed(row.get("findings")), *cited.get(uid, ())]))
    about = _about(ids, findings)
    return (
        _blank()
        | about
        | {
            "time": rfc3339(row.get("time")),
            "original_time": text_at(row, "metadata.original_time"),
            "kind": "event",
            "source": text_at(row, "metadata.log_name"),
            "operation": text_at(row, "api.operation"),
            "service": text_at(row, "api.service.name"),
            "outcome": outcome_of(row),
            "principal": named(row.get("principal")) or text_at(row, "actor.user.name"),
            "address": address_of(row),
            "agent": text_at(row, "http_request.user_agent"),
            "region": text_at(row, "cloud.region"),
            "account": text_at(row, "cloud.account.uid"),
            "event": uid,
            "record": record_of(row),
            "text": "; ".join(about["titles"]) or text_at(row, "api.operation"),
        }
    )


def _about(ids: list[str], findings: dict[str, Finding]) -> dict[str, Any]:
    known = sorted((findings[each] for each in ids if each in findings), key=lambda each: -weight(each.severity))
    return {
        "findings": ids,
        "rules": [each.rule for each in known],
        "titles": [each.title for each in known],
        "severity": heaviest(each.severity for each in known) if known else None,
        "techniques": sorted({technique for each in known for technique in each.attack}),
        "tactics": sorted({tactic for each in known for tactic in each.tactics}),
    }


def _blank() -> dict[str, Any]:
    names = (
        "time original_time until kind severity source principal origin operation service outcome address agent region"
        " account event record text events"
    )
    return dict.fromkeys(names.split()) | {"findings": [], "rules": [], "titles": [], "techniques": [], "tactics": []}
