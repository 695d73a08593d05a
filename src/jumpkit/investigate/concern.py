"""Which addresses, instances and interfaces a case's findings concern, and since when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.investigate.origins import chains
from jumpkit.investigate.placing import Placed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jumpkit.model.finding import Finding, Picture
    from jumpkit.store.lake.read import Lake

_SURVEY = 20  # machines, or addresses of flows; a finding that names more of them looked around and concerns none
_MACHINE = re.compile(r"\b(?:eni|i)-(?:[0-9a-f]{8}|[0-9a-f]{17})\b")

_FROM = """
SELECT rule, principal, session, nullif(key, ''), ip, min(time), max(time), count(*) FROM hits
WHERE rule IN (SELECT unnest(?)) GROUP BY 1, 2, 3, 4, 5 ORDER BY ALL
"""
_NAMED = r"""
WITH named AS (
  SELECT h.rule, h.principal, h.session, nullif(h.key, '') AS key, h.time,
         unnest(list_distinct(regexp_extract_all(coalesce(e.api.request.data, '') || coalesce(e.api.response.data, ''),
                '"((?:eni|i)-(?:[0-9a-f]{17}|[0-9a-f]{8}))"', 1))) AS machine
  FROM hits h JOIN events e ON e.metadata.uid = h.uid
  WHERE h.rule IN (SELECT unnest(?)) AND e.class_uid <> 4001)
SELECT rule, principal, session, key, machine, min(time), max(time), count(*) FROM named
GROUP BY 1, 2, 3, 4, 5 ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Concern:
    """Findings by the addresses and machines that they concern, and when each began to."""

    findings: Mapping[str, frozenset[str]]  # address, instance or interface -> finding ids
    first: Mapping[str, int]  # ms
    sources: frozenset[str]  # addresses from which calls of findings were made

    def of(self, names: Iterable[str | None]) -> list[str]:
        """Return the findings that concern any of these, sorted."""
        return sorted({each for name in names if name for each in self.findings.get(name, ())})

    def since(self, names: Iterable[str | None]) -> int | None:
        """Return when findings began to concern any of these, None where none does."""
        return min((self.first[name] for name in names if name and name in self.first), default=None)


def concern(lake: Lake, picture: Picture) -> Concern:
    """Return what the findings of a picture concern."""
    placed = Placed(picture.findings, chains(lake))
    rules = sorted({finding.rule for finding in picture.findings})
    told: dict[str, set[str]] = {}
    first: dict[str, int] = {}
    sources: set[str] = set()
    for name, found, since, source in (*_sources(lake, placed, rules), *_machines(lake, placed, rules)):
        told.setdefault(name, set()).update(finding.finding for finding in found)
        first[name] = min(first.get(name, since), since)
        if source:
            sources.add(name)
    return Concern({name: frozenset(ids) for name, ids in told.items()}, first, frozenset(sources))


_Told = tuple[str, "list[Finding]", int, bool]


def _sources(lake: Lake, placed: Placed, rules: list[str]) -> list[_Told]:
    """Return the addresses that calls came from, and the instances whose sessions made them."""
    told: list[_Told] = []
    named: list[_Told] = []
    for rule, principal, session, key, ip, since, until, _ in lake.query(_FROM, [rules]):
        found = placed.of([rule], (principal, session, key), since, until)
        if found and ip and principal:
            told.append((ip, found, since, True))
        elif found and ip:
            named.append((ip, found, since, False))  # a flow, a name or a request: nobody's call
        if found and _MACHINE.fullmatch(session or ""):
            told.append((session, found, since, False))
    return told + _few(named)


def _machines(lake: Lake, placed: Placed, rules: list[str]) -> list[_Told]:
    """Return the machines that events of findings name, but for findings that name many."""
    told: list[_Told] = []
    for rule, principal, session, key, machine, since, until, _ in lake.query(_NAMED, [rules]):
        found = placed.of([rule], (principal, session, key), since, until)
        told.append((machine, found, since, False))
    return _few(told)


def _few(told: list[_Told]) -> list[_Told]:
    """Return what findings concern, without those findings that name many: they looked around and concern none."""
    many: dict[str, set[str]] = {}
    for name, found, _, _ in told:
        for finding in found:
            many.setdefault(finding.finding, set()).add(name)
    kept = ((m, [f for f in found if len(many[f.finding]) <= _SURVEY], at, source) for m, found, at, source in told)
    return [row for row in kept if row[1]]
