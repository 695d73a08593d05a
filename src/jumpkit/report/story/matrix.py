"""The ATT&CK picture: tactics as columns, techniques that findings name as cells, with how many and how serious."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.report.content import attack, tactic_name, tactic_order, technique_name, wording
from jumpkit.report.story.rows import heaviest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumpkit.model.finding import Finding


@dataclass(frozen=True, slots=True)
class Cell:
    """A technique under one tactic: how many findings and events name it, and the heaviest severity among them."""

    technique: str
    name: str
    findings: int
    events: int
    severity: str


@dataclass(frozen=True, slots=True)
class Column:
    """A tactic with its plain meaning and its cells, by technique id."""

    slug: str
    name: str
    means: str | None
    cells: tuple[Cell, ...]


def matrix(findings: Iterable[Finding]) -> list[Column]:
    """Return the columns that findings fill, in the matrix's order."""
    held: dict[str, dict[str, list[Finding]]] = {}
    for finding in findings:
        for slug, technique in placed(finding):
            held.setdefault(slug, {}).setdefault(technique, []).append(finding)
    return [_column(slug, held[slug]) for slug in sorted(held, key=tactic_order)]


def placed(finding: Finding) -> list[tuple[str, str]]:
    """Return where in the matrix a finding belongs: its techniques under its tactics, as far as ATT&CK puts them there.

    A technique that ATT&CK puts under none of them stands where ATT&CK has it.
    """
    pairs = []
    known = attack()["techniques"]
    for technique in finding.attack:
        slugs = known[technique][1] if technique in known else ()
        under = [slug for slug in finding.tactics if slug in slugs] or list(slugs) or list(finding.tactics)
        pairs += [(slug, technique) for slug in under or ["other"]]
    return list(dict.fromkeys(pairs))


def _column(slug: str, cells: dict[str, list[Finding]]) -> Column:
    means = wording()["tactics"].get(slug)
    return Column(
        slug=slug,
        name=tactic_name(slug),
        means=means["means"] if means else None,
        cells=tuple(
            Cell(
                technique=technique,
                name=technique_name(technique).rpartition(": ")[2],
                findings=len(group),
                events=sum(each.events for each in group),
                severity=heaviest(each.severity for each in group),
            )
            for technique, group in sorted(cells.items())
        ),
    )
