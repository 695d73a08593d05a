"""A few plain sentences for someone who decides: what happened, to what, since when, how sure, what stays unknown."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from jumpkit.model.finding import SEVERITIES
from jumpkit.report.content import tactic_order, wording
from jumpkit.report.story.facts import accounts_of
from jumpkit.report.story.rows import counted, moment, series, weight

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from jumpkit.model.finding import Finding, Incident
    from jumpkit.report.material import Material
    from jumpkit.report.story.facts import Facts


_MOST_DEEDS = 6
_MOST_UNKNOWN = 3
_WORST = ("exfiltration", "impact", "defense-evasion", "credential-access", "privilege-escalation", "persistence")


def summary(material: Material, facts: Facts) -> list[str]:
    """Return three to six sentences without jargon."""
    ranked = sorted(material.picture.incidents, key=lambda each: (-weight(each.severity), each.first, each.incident))
    if not ranked:
        return [*_nothing(material), *_unknown(material)]
    gravest = [each for each in material.picture.findings if each.incident == ranked[0].incident]
    return [*_happened(gravest, material), *_besides(ranked[1:]), *_touched(material, facts), *_unknown(material)]


def _besides(others: Sequence[Incident]) -> list[str]:
    """Return that there are other incidents, which nothing in the logs ties to the gravest."""
    if not others:
        return []
    worst = others[0].severity
    if len(others) == 1:
        return [f"There is one more incident, {worst}; nothing in these logs ties it to this one."]
    return [f"There are {len(others):,} more incidents, {worst} at most; nothing in these logs ties them to this one."]


def _happened(findings: list[Finding], material: Material) -> list[str]:
    first, last = min(each.first for each in findings), max(each.last for each in findings)
    did = series(_deeds(findings)) or "made calls that stand out"
    names = list(dict.fromkeys(each.origin.name or each.origin.uid for each in _by_weight(findings)))
    return [
        f"{_between(first, last)}, someone acting as {series(names, 2)} {did}.",
        _since(first, material),
        _sure(findings),
    ]


def _deeds(findings: list[Finding]) -> list[str]:
    """Return what was done in plain words: the gravest deeds, told in the order in which they began."""
    known = wording()["tactics"]
    began: dict[str, datetime] = {}
    gravity: dict[str, int] = {}
    for finding in findings:
        for slug in finding.tactics:
            if slug in known:
                began[slug] = min(began.get(slug, finding.first), finding.first)
                gravity[slug] = max(gravity.get(slug, 0), weight(finding.severity))
    gravest = sorted(
        began, key=lambda slug: (-gravity[slug], _WORST.index(slug) if slug in _WORST else len(_WORST), slug)
    )
    told = sorted(gravest[:_MOST_DEEDS], key=lambda slug: (began[slug], tactic_order(slug)))
    return [known[slug]["did"] for slug in told]


def _by_weight(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda each: (-weight(each.severity), each.first, each.finding))


def _between(first: datetime, last: datetime) -> str:
    if first.date() == last.date():
        return f"On {_day(first)} between {first:%H:%M} and {last:%H:%M} UTC"
    return f"Between {_day(first)}, {first:%H:%M}, and {_day(last)}, {last:%H:%M} UTC"


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"


def _since(first: datetime, material: Material) -> str:
    starts = [at for row in material.activity if (at := moment(row.get("first") or row.get("hour")))]
    if not starts:
        return f"The earliest sign in these logs is at {first:%H:%M} UTC on {_day(first)}; it may have begun before."
    begin = min(starts)
    left_out = material.events.get("outside")
    before = (
        f"{counted(left_out, 'event')} outside of the window or accounts asked for were left out on request."
        if isinstance(left_out, int) and left_out
        else "what happened before that is not known."
    )
    return (
        f"The earliest sign is at {first:%H:%M} UTC on {_day(first)}. The logs looked at begin on {_day(begin)} at "
        f"{begin:%H:%M}; {before}"
    )


def _sure(findings: list[Finding]) -> str:
    counts = Counter(each.severity for each in findings)
    said = series(f"{counts[each]:,} {each}" for each in reversed(SEVERITIES) if counts[each])
    loose = {each.origin.uid for each in findings if not each.origin.resolved}
    chain = " Where the access first came from could not be followed to its beginning." if loose else ""
    return (
        f"This rests on {counted(len(findings), 'finding')} ({said}). The records prove that the calls were "
        f"made with these credentials; they do not prove which person made them, or why.{chain}"
    )


def _touched(material: Material, facts: Facts) -> list[str]:
    accounts = accounts_of(material.picture, material.activity, facts)
    where = (
        f"All findings together concern {counted(len(accounts), 'account')} ({series(accounts, 4)})" if accounts else ""
    )
    regions = sorted(facts.tallies["region"])
    where += f" in {counted(len(regions), 'region')} ({series(regions, 4)})" if where and regions else ""
    tried = (
        f"; of the {counted(facts.events, 'call')} that findings rest on, "
        f"{facts.refused:,} were refused for lack of rights"
        if facts.events
        else ""
    )
    return [f"{where}{tried}."] if where else []


def _nothing(material: Material) -> list[str]:
    stored = material.events.get("stored")
    seen = f"{stored:,} records" if isinstance(stored, int) else "the records"
    below = len(material.picture.findings)
    also = f" {counted(below, 'finding')} of low severity are listed below as context." if below else ""
    return [
        f"No rule found anything in {seen} that must be acted on today.{also}",
        "That is no proof that nothing happened: only what these rules look for, in these logs, was checked.",
    ]


def _unknown(material: Material) -> list[str]:
    spots = material.picture.blind_spots
    if not spots:
        return ["No gap was recognized in the logs. Calls that the provider does not log at all stay unseen."]
    known = wording()["blind_spots"]
    kinds = {each.kind for each in spots}
    said = [known[kind] for kind in known if kind in kinds]
    said += dict.fromkeys(each.because.rstrip(".") for each in spots if each.kind not in known)
    more = f" Below, {counted(len(spots), 'limit')} in all." if len(spots) > _MOST_UNKNOWN else ""
    return [f"What these logs cannot tell: {'; '.join(said[:_MOST_UNKNOWN])}.{more}"]
