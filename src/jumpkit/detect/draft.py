"""Rules on their way from files to a set: documents as they were found, and the set while it is linked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jumpkit.detect.ruleset import Body
    from jumpkit.detect.tree import Document
    from jumpkit.model.rule import RuleInfo


@dataclass(frozen=True, slots=True)
class Found:
    """A document and where it came from."""

    document: Document
    path: str  # as a person knows it
    within: str  # its path within the pack, which is its id where it has none
    own: bool


@dataclass
class Draft:
    """Rules while they are linked: infos, bodies and documents side by side, and who is called what."""

    infos: list[RuleInfo] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    called: dict[str, int] = field(default_factory=dict)

    def fail(self, place: int, reason: str) -> None:
        """Mark a rule as not runnable."""
        if self.infos[place].live:
            self.infos[place] = replace(self.infos[place], live=False, reason=reason)
