"""A state that a stage's model keeps, where the emulator has none of the service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class State:
    """What the modelled service holds, by the target's id."""

    held: dict[str, dict[str, Any]] = field(default_factory=dict)

    def of(self, uid: str) -> dict[str, Any]:
        return self.held.setdefault(uid, {})
