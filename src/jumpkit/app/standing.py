"""A workspace that a server holds open: its book, and what passes beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jumpkit.app.settings import Settled
from jumpkit.app.workspace import writing
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.recording import recording
from jumpkit.store.book import open_book
from jumpkit.store.book.passing import open_passing

if TYPE_CHECKING:
    from jumpkit.app.workspace import Opening
    from jumpkit.store.book import Book

_PATIENCE = 5.0  # seconds to wait for whoever writes files
_TIMEOUT = 20  # seconds of a hunt, since others wait; where nobody set another


@dataclass(frozen=True, slots=True)
class Standing:
    """What a server keeps open."""

    opening: Opening
    passing: Book

    def close(self) -> None:
        """Let go of all."""
        self.passing.close()
        if self.opening.standing is not None:
            self.opening.standing.close()


def stand(opening: Opening) -> Standing:
    """Open the workspace for a server; it is made, or its book migrated, where it must be.

    Raises:
        Refused: a later version wrote the book.
        Busy: another writer held it.

    """
    if not (opening.home / "keys").is_dir():
        with writing(opening) as desk, recording(desk.book, key_of(desk.home), desk.clock, desk.actor):
            pass  # what a workspace begins with is entered
    book = open_book(opening.home, opening.url, standing=True)
    opening = replace(opening, settings=_shared(opening.settings))
    return Standing(replace(opening, standing=book, patience=_PATIENCE), open_passing(opening.home, opening.url))


def _shared(settings: dict[str, Settled]) -> dict[str, Settled]:
    """Return the settings so that one question does not take the whole machine, where nobody said otherwise."""
    ours = {"timeout": _TIMEOUT, "threads": max(1, (os.cpu_count() or 2) // 2)}
    chosen = {name: Settled(value, "the desk") for name, value in ours.items() if settings[name].origin == "default"}
    return settings | chosen
