"""What a check of a bundle has found so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumpkit.kit.digest import sha256_hex
from jumpkit.preserve.problem import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from jumpkit.preserve.bundle.bag import Digests


@dataclass(slots=True)
class Found:
    """What is in the folder, and what is wrong with it so far."""

    root: Path
    files: dict[str, Digests] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    wanted: set[str] = field(default_factory=set)  # tag files that belong here

    def wrong(self, kind: str, where: str, expected: object = None, found: object = None) -> None:
        """Note a problem."""
        said = [None if value is None else str(value) for value in (expected, found)]
        self.problems.append(Problem(kind, where, *said))

    def same(self, kind: str, name: str, data: bytes) -> None:
        """Note a problem unless the file is exactly this."""
        self.wanted.add(name)
        found = self.files[name].sha256 if name in self.files else "missing"
        if found != sha256_hex(data):
            self.wrong(kind, name, sha256_hex(data), found)
