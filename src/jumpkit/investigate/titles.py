"""Incidents in a person's words, and ATT&CK's tactics in the order in which intrusions go."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from jumpkit.model.finding import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from jumpkit.model.finding import Finding

TACTICS = (
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "stealth",
    "defense-evasion",
    "defense-impairment",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
)
_ORDER = {tactic: place for place, tactic in enumerate(TACTICS)}
_SHOWN = 3

# What makes a reader look up first.
_WEIGHT = (
    "impact",
    "exfiltration",
    "defense-evasion",
    "defense-impairment",
    "credential-access",
    "persistence",
    "privilege-escalation",
    "lateral-movement",
    "initial-access",
    "execution",
    "collection",
    "command-and-control",
    "stealth",
    "discovery",
    "resource-development",
    "reconnaissance",
)


def in_chain_order(tactics: Iterable[str]) -> tuple[str, ...]:
    """Return the tactics in the order of a kill chain; unknown ones last, by name.

    >>> in_chain_order({"impact", "initial-access"})
    ('initial-access', 'impact')
    """
    return tuple(sorted(set(tactics), key=lambda tactic: (_ORDER.get(tactic, len(TACTICS)), tactic)))


def incident_title(inside: Sequence[Finding]) -> str:
    """Return who, and signs of what: the weightiest tactics of the most severe findings."""
    weight: Counter[str] = Counter()
    for finding in inside:
        weight[finding.origin.uid] += 10 ** SEVERITIES.index(finding.severity)
    leading = min(weight, key=lambda uid: (-weight[uid], uid))
    who = next(_name(finding) for finding in inside if finding.origin.uid == leading)
    others = len(weight) - 1
    if others:
        who = f"{who} and {others} other{'s' if others > 1 else ''}"
    return f"{who}: {_signs(inside)}"


def _name(finding: Finding) -> str:
    """Return the origin's name, else its uid."""
    return finding.origin.name or finding.origin.uid


def _signs(inside: Sequence[Finding]) -> str:
    """Return the weightiest tactics in words; where rules name none, the most severe rule's title."""
    seen = {
        tactic for finding in inside if finding.severity not in ("informational", "low") for tactic in finding.tactics
    }
    known = [tactic.replace("-", " ") for tactic in _WEIGHT if tactic in seen]
    if not known:
        worst = max(inside, key=lambda finding: (SEVERITIES.index(finding.severity), finding.events, finding.rule))
        return worst.title
    more = len(known) - _SHOWN
    if more > 0:
        return f"signs of {', '.join(known[:_SHOWN])} and {more} more tactic{'s' if more > 1 else ''}"
    return "signs of " + (known[0] if len(known) == 1 else f"{', '.join(known[:-1])} and {known[-1]}")
