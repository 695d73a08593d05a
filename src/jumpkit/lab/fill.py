"""Placeholders in scenario files: `<snap:db>` is one id for the whole story, `<uuid>` a fresh one each time."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.lab.mint import Mint

_PLACE = re.compile(r"<([a-z_0-9]+)(?::([\w.-]+))?>")


@dataclass(frozen=True, slots=True)
class Words:
    """What placeholders stand for: fixed words, lists to pick from, and what this story has named so far."""

    mint: Mint
    fixed: Mapping[str, str]
    lists: Mapping[str, list[str]]
    named: dict[str, str] = field(default_factory=dict)

    def word(self, kind: str, name: str | None) -> str:
        """Return what `<kind>` or `<kind:name>` stands for."""
        whole = f"{kind}:{name}" if name else kind
        if whole in self.fixed:
            return self.fixed[whole]
        if whole in self.named:
            return self.named[whole]
        fresh = self._fresh(kind)
        if name is not None:
            self.named[whole] = fresh
        return fresh

    def _fresh(self, kind: str) -> str:
        if kind in self.lists:
            return str(self.fill(self.mint.pick(self.lists[kind])))
        return self.mint.make(kind)

    def fill(self, template: Any) -> Any:
        """Return the JSON template with its placeholders replaced."""
        if isinstance(template, str):
            if "<" not in template:
                return template
            return _PLACE.sub(lambda found: self.word(found[1], found[2]), template)
        if isinstance(template, dict):
            return {self.fill(key): self.fill(value) for key, value in template.items()}
        if isinstance(template, list):
            return [self.fill(value) for value in template]
        return template
