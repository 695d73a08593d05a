"""What the events behind findings say, gathered in one pass and bounded, however many they are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.kit.refusals import lacks_rights
from jumpkit.report.story.rows import at, decoded, named, text_at, weight, when

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jumpkit.model.finding import Finding, Picture
    from jumpkit.report.material import Material, Totals

MOST_FINDINGS = 150  # listed with their evidence; the rest are counted and asked for by command
MOST_EVENTS = 5  # shown a finding
MOST_KINDS = 20_000  # distinct addresses, agents … that are counted one by one
SERIOUS = 2  # medium: below it a finding is context, and nothing is proposed for it
_STEP_ROWS = 4_000  # events that proposals are worked out from


@dataclass(slots=True)
class Facts:
    """What was gathered: evidence by finding, tallies over all events of findings, and rows for proposals."""

    evidence: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    tallies: dict[str, Counter[str]] = field(default_factory=dict)
    candidates: list[tuple[Finding, Mapping[str, Any]]] = field(default_factory=list)
    events: int = 0
    refused: int = 0


def chosen(findings: Iterable[Finding], most: int = MOST_FINDINGS) -> list[Finding]:
    """Return the findings to list: the heaviest first, then the earliest."""
    return sorted(findings, key=lambda each: (-weight(each.severity), each.first, each.finding))[:most]


def cited_events(picture: Picture) -> frozenset[str]:
    """Return the ids of the events that a document shows as evidence."""
    return frozenset(_cited(chosen(picture.findings)))


def gather(material: Material) -> Facts:
    """Return the facts of a case's finding events, each event counted once."""
    listed = {each.finding: each for each in chosen(material.picture.findings)}
    cited = _cited(listed.values())
    totals = material.totals
    facts = _begun(totals)
    rows = material.rows() if material.cited is None else material.cited(frozenset(cited))
    seen: set[str] = set()
    for row in rows:
        uid = text_at(row, "metadata.uid") or text_at(row, "event") or ""
        if uid in seen:
            continue
        seen.add(uid)
        if totals is None:
            _count(facts, row)
        for finding in _findings_of(row, uid, cited, listed):
            _keep(facts, finding, row, uid)
    return facts


def _begun(totals: Totals | None) -> Facts:
    if totals is None:
        return Facts(tallies={name: Counter() for name in ("address", "agent", "region", "account", "operation")})
    tallies = {name: Counter(dict(tally)) for name, tally in totals.tallies.items()}
    return Facts(tallies=tallies, events=totals.events, refused=totals.refused)


def _cited(findings: Iterable[Finding]) -> dict[str, list[str]]:
    cited: dict[str, list[str]] = {}
    for finding in findings:
        for uid in finding.sample:
            cited.setdefault(uid, []).append(finding.finding)
    return cited


def _findings_of(
    row: Mapping[str, Any], uid: str, cited: Mapping[str, list[str]], listed: Mapping[str, Finding]
) -> list[Finding]:
    said = row.get("findings")
    ids = [*(said if isinstance(said, list | tuple) else ()), *cited.get(uid, ())]
    return [listed[each] for each in dict.fromkeys(map(str, ids)) if each in listed]


def _count(facts: Facts, row: Mapping[str, Any]) -> None:
    facts.events += 1
    if refused(row):
        facts.refused += 1
    places = {
        "address": address_of(row),
        "agent": text_at(row, "http_request.user_agent"),
        "region": text_at(row, "cloud.region"),
        "account": text_at(row, "cloud.account.uid"),
        "operation": text_at(row, "api.operation"),
    }
    for name, value in places.items():
        tally = facts.tallies[name]
        if value and (value in tally or len(tally) < MOST_KINDS):
            tally[value] += 1


def _keep(facts: Facts, finding: Finding, row: Mapping[str, Any], uid: str) -> None:
    held = facts.evidence.setdefault(finding.finding, [])
    if len(held) < MOST_EVENTS:
        held.append(evidence_of(row, uid))
    if len(facts.candidates) < _STEP_ROWS and weight(finding.severity) >= SERIOUS:
        facts.candidates.append((finding, row))


def address_of(row: Mapping[str, Any]) -> str | None:
    """Return where a call came from: its address, or the service's name."""
    return text_at(row, "src_endpoint.ip") or text_at(row, "src_endpoint.domain")


def refused(row: Mapping[str, Any]) -> bool:
    """Return whether the provider turned the call down because the caller lacked the rights."""
    return lacks_rights(_error(row))


def _error(row: Mapping[str, Any]) -> str | None:
    return text_at(row, "api.response.error") or text_at(row, "status_code")


def outcome_of(row: Mapping[str, Any]) -> str:
    """Return in a word or two how a call ended."""
    error = _error(row)
    if error is not None or at(row, "status_id") == 2:  # noqa: PLR2004 -- OCSF: Failure
        return f"{'refused' if refused(row) else 'failed'}: {error or 'no reason recorded'}"
    return "success" if at(row, "status_id") == 1 else "unknown"


def evidence_of(row: Mapping[str, Any], uid: str) -> dict[str, Any]:
    """Return the few columns by which a reader knows an event again."""
    return {
        "event": uid,
        "time": when(row.get("time")),
        "operation": text_at(row, "api.operation") or "unknown",
        "service": text_at(row, "api.service.name"),
        "principal": named(row.get("principal")) or text_at(row, "actor.user.name") or "unknown",
        "address": address_of(row) or "unknown",
        "agent": text_at(row, "http_request.user_agent"),
        "region": text_at(row, "cloud.region"),
        "account": text_at(row, "cloud.account.uid"),
        "outcome": outcome_of(row),
        "record": record_of(row),
    }


def record_of(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the address of a record's bytes, None where the row has none."""
    record = row.get("record")
    if not isinstance(record, dict) or not record.get("sha256"):
        return None
    return {key: record.get(key) for key in ("sha256", "member", "index", "start", "end")}


def opened(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row with the vendor's request and response as objects under `request` and `response`."""
    return {
        **row,
        "request": decoded(at(row, "api.request.data")) or {},
        "response": decoded(at(row, "api.response.data")) or {},
    }


def accounts_of(picture: Picture, activity: Sequence[Mapping[str, Any]], facts: Facts) -> list[str]:
    """Return the accounts that findings touch, or, where events do not say, those that the logs hold."""
    touched = sorted(facts.tallies["account"])
    if touched or not picture.findings:
        return touched
    return sorted({str(row["account"]) for row in activity if row.get("account")})
