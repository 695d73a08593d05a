"""What verbs need from whoever called them."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Hears how far long work has come; may show it, or not."""

    def say(self, what: str) -> None:
        """Hear of a new phase."""

    def step(self, done: int, total: int, what: str) -> None:
        """Hear that `done` of `total` are done, with a few words on what."""


class Silent:
    """A progress that shows nothing."""

    def say(self, what: str) -> None:
        """Hear of a new phase, and keep quiet."""

    def step(self, done: int, total: int, what: str) -> None:
        """Hear of a step, and keep quiet."""
