"""What stories are made of: our findings and the provider's, with origin, time and the names they speak of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from jumpkit.investigate.concern import concern
from jumpkit.investigate.moments import moment
from jumpkit.investigate.origins import chains
from jumpkit.investigate.placing import Placed
from jumpkit.investigate.provided import reported

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from jumpkit.investigate.provided import Reported
    from jumpkit.model.finding import Finding, Origin, Picture
    from jumpkit.store.lake.read import Lake

_KEYS = """
SELECT rule, principal, session, nullif(key, ''), arn, min(time), max(time) FROM hits
WHERE rule IN (SELECT unnest(?)) GROUP BY 1, 2, 3, 4, 5 ORDER BY ALL
"""
# A rule may match the very record in which the provider reports.
_OWN = """
SELECT rule, principal, session, nullif(key, ''), uid, time FROM hits
WHERE uid IN (SELECT metadata.uid FROM events WHERE class_uid = 2004) ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Signal:
    """One finding, of ours or of the provider's."""

    uid: str  # finding id, or the event that reports the provider's finding
    rule: str  # or the provider's type
    title: str
    severity: str
    first: datetime
    last: datetime
    attack: tuple[str, ...]
    tactics: tuple[str, ...]
    events: int
    sample: tuple[str, ...]
    origin: Origin | None  # None of the provider's findings, which name no chain
    incident: str | None
    names: frozenset[str]  # keys, unique ids, ARNs, addresses, machines
    source: str  # rule, or the source that reported it


@cache
def table() -> dict[str, Any]:
    """Return what techniques usually come with, and what the provider's purposes mean."""
    text = files("jumpkit.content").joinpath("attack", "next.yaml").read_text("utf-8")
    return dict(yaml.load(text, Loader=yaml.CSafeLoader))


@cache
def attack() -> dict[str, Any]:
    """Return ATT&CK: version, tactics and techniques."""
    text = files("jumpkit.content").joinpath("attack", "enterprise.yaml").read_text("utf-8")
    return dict(yaml.load(text, Loader=yaml.CSafeLoader))


def signals(lake: Lake, picture: Picture) -> list[Signal]:
    """Return all signals of a case in order of time, then id."""
    named = _names(lake, picture)
    found = [_ours(finding, named.get(finding.finding, set())) for finding in picture.findings]
    found += [_theirs(each) for each in reported(lake)]
    return sorted(found, key=lambda signal: (signal.first, signal.uid))


def _names(lake: Lake, picture: Picture) -> dict[str, set[str]]:
    """Return by finding the names that the provider's findings may know its actors and things by."""
    named: dict[str, set[str]] = {}
    for name, ids in concern(lake, picture).findings.items():
        for uid in ids:
            named.setdefault(uid, set()).add(name)
    placed = Placed(picture.findings, chains(lake))
    rules = sorted({finding.rule for finding in picture.findings})
    for rule, principal, session, key, arn, since, until in lake.query(_KEYS, [rules]):
        for finding in placed.of([rule], (principal, session, key), since, until):
            said = {key, arn, (principal or "").rpartition(":")[2]}
            named.setdefault(finding.finding, set()).update(each for each in said if each)
    for rule, principal, session, key, event, at in lake.query(_OWN):
        for finding in placed.of([rule], (principal, session, key), at):
            named.setdefault(finding.finding, set()).add(event)
    return named


def _ours(finding: Finding, names: Iterable[str]) -> Signal:
    return Signal(
        finding.finding, finding.rule, finding.title, finding.severity, finding.first, finding.last, finding.attack,
        finding.tactics, finding.events, finding.sample, finding.origin, finding.incident, frozenset(names), "rule",
    )  # fmt: skip


def _theirs(each: Reported) -> Signal:
    purpose = (each.kind or "").partition(":")[0]
    tactic = table()["purposes"].get(purpose)
    title = each.title or each.kind or "a finding without a title"
    return Signal(
        each.event, each.kind or each.source, title, each.severity, moment(each.first), moment(each.last), (),
        (tactic,) if tactic else (), 1, (each.event,), None, None, each.names | {each.event}, each.source,
    )  # fmt: skip
