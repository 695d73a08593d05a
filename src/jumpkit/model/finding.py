"""What detection and investigation say: findings, the incidents they form, and what cannot be seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

SEVERITIES = ("informational", "low", "medium", "high", "critical")


@dataclass(frozen=True, slots=True)
class Principal:
    """Who made a call, by partition, account and unique id, never by name alone."""

    uid: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a principal's chain begins; where the logs end early it is the last one known, and `why` says so."""

    uid: str
    name: str | None
    resolved: bool
    why: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule, one origin, one incident: how many events said so, from when to when."""

    finding: str
    rule: str
    title: str
    severity: str
    attack: tuple[str, ...]  # technique ids, T1078.004
    tactics: tuple[str, ...]  # ATT&CK tactic names, as in Sigma tags: initial-access
    events: int
    first: datetime
    last: datetime
    principal: Principal
    origin: Origin
    incident: str | None
    sample: tuple[str, ...]  # up to 20 event ids, first and last among them


@dataclass(frozen=True, slots=True)
class Incident:
    """Findings that belong together, at least one of them medium or higher."""

    incident: str
    title: str
    severity: str
    origins: tuple[str, ...]
    first: datetime
    last: datetime
    tactics: tuple[str, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlindSpot:
    """What the logs at hand cannot show, and which answers that weakens."""

    kind: str
    account: str | None
    region: str | None
    since: datetime | None
    until: datetime | None
    affects: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Picture:
    """All that investigation says of a case at one moment."""

    findings: tuple[Finding, ...]
    incidents: tuple[Incident, ...]
    blind_spots: tuple[BlindSpot, ...]
    principals: tuple[dict[str, object], ...] = field(default=())
