"""Findings of linked origins, close in time, as incidents."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jumpkit.investigate.hits import STRONG
from jumpkit.investigate.moments import DAY_MS, moment
from jumpkit.investigate.titles import in_chain_order, incident_title
from jumpkit.kit.digest import short_id
from jumpkit.model.finding import SEVERITIES, Finding, Incident, Origin, Principal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jumpkit.investigate.hits import Group
    from jumpkit.investigate.links import Link
    from jumpkit.model.rule import RuleInfo

GAP_MS = 7 * DAY_MS  # without findings of medium or higher; longer splits an incident
_CONTEXT_MS = DAY_MS  # before and after an incident in which lower findings are its context
_RAISED_BY = 4  # tactics at medium or higher that together make an incident high
_SAMPLES = 20
_NOBODY = Origin("unknown", None, resolved=False, why="the records that were matched name no caller")


@dataclass(frozen=True, slots=True)
class Episode:
    """A run of findings of medium or higher of linked origins, without a gap longer than GAP_MS."""

    number: int
    first: int
    last: int


@dataclass(slots=True)
class _Piece:
    """The events of a finding to be: one rule, one origin, one episode or none."""

    rule: str
    origin: int
    episode: int | None
    groups: list[Group]

    @property
    def first(self) -> int:
        return min(group.first for group in self.groups)


def components(count: int, links: Iterable[Link]) -> list[int]:
    """Return for each of `count` origins the smallest number among those it is linked to."""
    parent = list(range(count))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    for link in links:
        one, other = root(link.one), root(link.other)
        parent[max(one, other)] = min(one, other)
    return [root(place) for place in range(count)]


def episodes(
    found: Sequence[Group], infos: Mapping[str, RuleInfo], component: Mapping[int, int]
) -> dict[int, list[Episode]]:
    """Return the episodes of each component, in order of time."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for group in found:
        if infos[group.rule].severity in STRONG:
            spans.setdefault(component[group.origin], []).append((group.first, group.last))
    runs: dict[int, list[Episode]] = {}
    number = 0
    for place in sorted(spans):
        current: list[Episode] = []
        for first, last in sorted(spans[place]):
            if current and first - current[-1].last <= GAP_MS:
                current[-1] = Episode(current[-1].number, current[-1].first, max(current[-1].last, last))
            else:
                current.append(Episode(number, first, last))
                number += 1
        runs[place] = current
    return runs


def _episode(group: Group, runs: Sequence[Episode]) -> int | None:
    """Return the number of the episode that `group` falls into or close to, None where there is none."""
    place = bisect_left(runs, group.first - _CONTEXT_MS, key=lambda run: run.last)
    if place < len(runs) and group.last >= runs[place].first - _CONTEXT_MS:
        return runs[place].number
    return None


@dataclass(frozen=True, slots=True)
class Known:
    """The origins by number, and the principals' names by uid."""

    origins: Sequence[Origin]
    names: Mapping[str, str | None]

    def origin(self, place: int) -> Origin:
        """Return the origin of this number."""
        return self.origins[place] if place >= 0 else _NOBODY

    def principal(self, uid: str) -> Principal:
        """Return a principal with the name that is known of it."""
        return Principal(uid, self.names.get(uid))


def assemble(
    case: str,
    found: Sequence[Group],
    infos: Mapping[str, RuleInfo],
    known: Known,
    links: Sequence[Link],
) -> tuple[tuple[Finding, ...], tuple[Incident, ...]]:
    """Return findings and incidents, each sorted by first, then id."""
    component = {-1: -1, **dict(enumerate(components(len(known.origins), links)))}
    runs = episodes(found, infos, component)
    pieces: dict[tuple[str, int, int | None], _Piece] = {}
    for group in found:
        episode = _episode(group, runs.get(component[group.origin], ()))
        place = group.rule, group.origin, episode
        pieces.setdefault(place, _Piece(*place, [])).groups.append(group)
    ordered = sorted(pieces.values(), key=lambda piece: (piece.first, piece.rule, piece.origin))
    names = _incident_names(case, ordered, infos, known)
    times: Counter[tuple[str, int]] = Counter()
    findings = []
    for piece in ordered:
        ordinal = times[piece.rule, piece.origin]
        times[piece.rule, piece.origin] += 1
        incident = None if piece.episode is None else names[piece.episode]
        findings.append(_finding((case, ordinal), piece, infos[piece.rule], known, incident))
    findings.sort(key=lambda finding: (finding.first, finding.finding))
    return tuple(findings), _incidents(findings)


def _incident_names(
    case: str, ordered: Sequence[_Piece], infos: Mapping[str, RuleInfo], known: Known
) -> dict[int, str]:
    """Return the ids of the episodes: by the origin of their first strong finding, and which of its incidents it is."""
    names: dict[int, str] = {}
    times: Counter[str] = Counter()
    for piece in ordered:
        if piece.episode is None or piece.episode in names or infos[piece.rule].severity not in STRONG:
            continue
        anchor = known.origin(piece.origin).uid
        names[piece.episode] = short_id("I", case, anchor, str(times[anchor]))
        times[anchor] += 1
    return names


def _finding(place: tuple[str, int], piece: _Piece, info: RuleInfo, known: Known, incident: str | None) -> Finding:
    """Return the noun for a piece; its id stays the same as long as rule, origin and order do."""
    principals: Counter[str] = Counter()
    sample: list[tuple[int, str]] = []
    for group in piece.groups:
        principals.update(group.principals)
        sample.extend(group.sample)
    sample.sort()
    if len(sample) > _SAMPLES:
        sample = [*sample[: _SAMPLES // 2], *sample[-_SAMPLES // 2 :]]
    case, ordinal = place
    origin = known.origin(piece.origin)
    most = min(principals, key=lambda uid: (-principals[uid], uid))
    return Finding(
        finding=short_id("F", case, info.rule, origin.uid, str(ordinal)),
        rule=info.rule,
        title=info.title,
        severity=info.severity,
        attack=info.attack,
        tactics=info.tactics,
        events=sum(group.events for group in piece.groups),
        first=moment(piece.first),
        last=moment(max(group.last for group in piece.groups)),
        principal=known.principal(most),
        origin=origin,
        incident=incident,
        sample=tuple(uid for _, uid in sample),
    )


def _incidents(findings: Iterable[Finding]) -> tuple[Incident, ...]:
    """Return the incidents that the findings name."""
    held: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.incident is not None:
            held.setdefault(finding.incident, []).append(finding)
    made = [_incident(name, inside) for name, inside in held.items()]
    return tuple(sorted(made, key=lambda incident: (incident.first, incident.incident)))


def _incident(name: str, inside: Sequence[Finding]) -> Incident:
    """Return the noun for findings that belong together."""
    return Incident(
        incident=name,
        title=incident_title(inside),
        severity=severity(inside),
        origins=tuple(sorted({finding.origin.uid for finding in inside})),
        first=min(finding.first for finding in inside),
        last=max(finding.last for finding in inside),
        tactics=in_chain_order({tactic for finding in inside for tactic in finding.tactics}),
        findings=tuple(finding.finding for finding in inside),
    )


def severity(inside: Iterable[Finding]) -> str:
    """Return the highest severity; medium findings of four tactics or more together are high."""
    strong = [finding for finding in inside if finding.severity in STRONG]
    highest = max((finding.severity for finding in strong), key=SEVERITIES.index)
    tactics = {tactic for finding in strong for tactic in finding.tactics}
    return "high" if highest == "medium" and len(tactics) >= _RAISED_BY else highest
