"""All that investigation says of a case at one moment."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jumpkit.investigate.hits import bucket, groups, number_origins
from jumpkit.investigate.incidents import GAP_MS, assemble
from jumpkit.investigate.links import Activity, links
from jumpkit.investigate.origins import chains
from jumpkit.model.finding import Picture, Principal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.investigate.hits import Group
    from jumpkit.investigate.origins import Chains
    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import Finding
    from jumpkit.model.rule import RuleInfo
    from jumpkit.store.lake.read import Lake


def investigate(lake: Lake, infos: Mapping[str, RuleInfo], estate: Estate, case: str) -> Picture:
    """Return findings, incidents, blind spots and principals of a case; hits of rules not in `infos` make none."""
    followed = chains(lake)
    origins = number_origins(followed, infos)
    found = groups(lake, origins, bucket(lake, GAP_MS))
    joined = links(lake, followed, origins, _active(found), estate)
    findings, incidents = assemble(case, found, infos, origins.numbered, joined)
    return Picture(_named(findings, followed), incidents, (), ())


def _active(found: Sequence[Group]) -> dict[int, Activity]:
    """Return when each origin had findings."""
    active: dict[int, Activity] = {}
    for group in found:
        held = active.get(group.origin)
        first = group.first if held is None else min(held.first, group.first)
        last = group.last if held is None else max(held.last, group.last)
        active[group.origin] = Activity(first, last)
    return active


def _named(findings: Sequence[Finding], followed: Chains) -> tuple[Finding, ...]:
    """Return the findings with their principals' names."""
    names = {identity.uid: identity.name for identity in followed.identities}
    return tuple(
        replace(finding, principal=Principal(finding.principal.uid, names.get(finding.principal.uid)))
        for finding in findings
    )
