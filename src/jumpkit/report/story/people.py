"""Who: the origins behind findings, their chain, and where they called from, with how many are left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.report.story.rows import heaviest, listed, named, series, weight, when

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.model.finding import Finding, Picture

MOST_PEOPLE = 25
MOST_NAMES = 12
_LONGEST_AGENT = 72


@dataclass(frozen=True, slots=True)
class Person:
    """An origin or a principal: who it is, how its chain runs, and what is known of its calls."""

    uid: str
    name: str | None
    kind: str | None
    severity: str | None
    findings: int
    chain: tuple[str, ...]
    resolved: bool | None
    why: str | None
    first: str | None
    last: str | None
    events: int | None
    refused: int | None
    addresses: tuple[str, ...]
    agents: tuple[str, ...]
    regions: tuple[str, ...]
    keys: tuple[str, ...]
    guess: str | None


def people(picture: Picture) -> list[Person]:
    """Return the origins of findings, the heaviest first, then other principals that investigation listed."""
    groups: dict[str, list[Finding]] = {}
    for finding in picture.findings:
        groups.setdefault(finding.origin.uid, []).append(finding)
    known = {str(row.get("uid")): row for row in picture.principals}
    ordered = sorted(groups, key=lambda uid: (-max(weight(each.severity) for each in groups[uid]), uid))
    return [_person(uid, groups[uid], known.get(uid, {})) for uid in ordered]


def _person(uid: str, findings: list[Finding], row: Mapping[str, Any]) -> Person:
    origin = findings[0].origin
    through = dict.fromkeys(each.principal.name or each.principal.uid for each in findings if each.principal.uid != uid)
    chain = listed(row.get("chain")) or [origin.name or uid, *([series(through)] if through else [])]
    return Person(
        uid=uid,
        name=origin.name or named(row),
        kind=_text(row.get("kind")),
        severity=heaviest(each.severity for each in findings),
        findings=len(findings),
        chain=_some(chain),
        resolved=origin.resolved,
        why=origin.why,
        first=when(row.get("first") or min(each.first for each in findings)),
        last=when(row.get("last") or max(each.last for each in findings)),
        events=_number(row.get("events")),
        refused=_number(row.get("refused")),
        addresses=_some(listed(row.get("addresses"))),
        agents=_some(list(dict.fromkeys(_brief(each) for each in listed(row.get("agents"))))),
        regions=_some(listed(row.get("regions"))),
        keys=_some(listed(row.get("keys"))),
        guess=_guess(row),
    )


def _some(names: list[str]) -> tuple[str, ...]:
    if len(names) <= MOST_NAMES:
        return tuple(names)
    return (*names[:MOST_NAMES], f"and {len(names) - MOST_NAMES:,} more")


def _guess(row: Mapping[str, Any]) -> str | None:
    """Return what kind of actor this is taken for, and whether that is a guess, in words."""
    if not row.get("class"):
        return None
    return f"{'probably ' if row.get('guess') else ''}{row['class']}: {row.get('why') or 'no reason recorded'}"


def _brief(agent: str) -> str:
    """Return the beginning of a user agent, which names the program; versions behind it only repeat."""
    return agent if len(agent) <= _LONGEST_AGENT else f"{agent[:_LONGEST_AGENT]}…"


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _number(value: object) -> int | None:
    return value if isinstance(value, int) else None
