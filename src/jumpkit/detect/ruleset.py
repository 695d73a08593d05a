"""Rules that belong together: what lists show of each, and the trees behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from jumpkit.detect.evaluate import Tests
from jumpkit.detect.rename import path_of, renamed
from jumpkit.kit.digest import canonical, sha256_hex
from jumpkit.kit.errors import BadUsage, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.detect.tree import Correlation, Node
    from jumpkit.model.rule import RuleInfo


@dataclass(frozen=True)
class Body:
    """What runs: a rule's tree (with its filters), or a correlation whose rules are places in the set."""

    node: Node | None = None
    correlation: Correlation | None = None
    bases: tuple[int, ...] = ()  # places of the correlation's rules, in its order
    fields: tuple[str, ...] = ()  # what correlations group by or take of this rule's events
    filters: tuple[str, ...] = ()  # digests of the filters that narrow it


@dataclass(frozen=True)
class RuleSet:
    """All rules that were asked for, runnable or not; `bodies` lies beside `infos`."""

    infos: tuple[RuleInfo, ...]
    bodies: tuple[Body, ...]
    aliases: dict[str, dict[str, str]]  # by source: the fields that Sigma rules know by another name

    @cached_property
    def places(self) -> dict[str, int]:
        """Return the place of each rule id; where an id stands twice, the first."""
        found: dict[str, int] = {}
        for place, info in enumerate(self.infos):
            found.setdefault(info.rule, place)
        return found

    @cached_property
    def tests(self) -> Tests:
        """Return the tests of leaves made so far, for questions about single records."""
        return Tests()

    def place(self, rule: str) -> int:
        """Return the place of a rule that can be run; NotFound, or BadUsage with the reason why it cannot."""
        place = self.places.get(rule, self.places.get(rule.lower()))
        if place is None:
            raise NotFound("there is no such rule", target=rule, hint="`jumpkit rules list` names all")
        info = self.infos[place]
        if not info.live:
            raise BadUsage(f"the rule cannot be run: {info.reason}", target=rule)
        return place

    @cached_property
    def _nodes(self) -> dict[tuple[int, str], Node | None]:
        return {}

    def node(self, place: int, source: str) -> Node | None:
        """Return a rule's tree on a source's own field names; None for correlations and what cannot be run."""
        key = (place, source)
        if key not in self._nodes:
            node, aliases = self.bodies[place].node, self.aliases.get(source, {})
            self._nodes[key] = renamed(node, aliases) if node is not None and aliases else node
        return self._nodes[key]

    def brings(self, place: int, source: str) -> list[tuple[str, tuple[str, ...]]]:
        """Return what a rule's match brings along for correlations: the name there, and the path in the record."""
        aliases = self.aliases.get(source, {})
        return [(name, path_of(name, aliases)) for name in self.bodies[place].fields]

    @cached_property
    def digest(self) -> str:
        """Return a digest of what runs: ids, documents, filters and links."""
        rows = [
            [info.rule, info.digest, info.live, info.reason, body.bases, body.fields, body.filters]
            for info, body in zip(self.infos, self.bodies, strict=True)
        ]
        return sha256_hex(canonical([rows, self.aliases]))

    def subset(self, keep: Callable[[RuleInfo], bool]) -> RuleSet:
        """Return the rules to keep; a correlation that lost one of its rules stays, not runnable."""
        kept = [place for place, info in enumerate(self.infos) if keep(info)]
        moved = {old: new for new, old in enumerate(kept)}
        lost = self._lost(moved)
        infos, bodies = [], []
        for place in kept:
            info, body = self.infos[place], self.bodies[place]
            if place in lost:
                info = replace(info, live=False, reason=f"the rule {lost[place]} that it correlates was left out")
            infos.append(info)
            bodies.append(replace(body, bases=tuple(moved[base] for base in body.bases if base in moved)))
        return RuleSet(tuple(infos), tuple(bodies), self.aliases)

    def _lost(self, moved: dict[int, int]) -> dict[int, str]:
        lost: dict[int, str] = {}
        before = -1
        while before != len(lost):
            before = len(lost)
            for place, body in enumerate(self.bodies):
                gone = [base for base in body.bases if base not in moved or base in lost]
                if gone and place not in lost and self.infos[place].live:
                    lost[place] = self.infos[gone[0]].rule
        return lost
