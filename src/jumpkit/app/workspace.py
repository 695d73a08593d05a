"""The workspace at hand: its folder, book and shelf, opened for writing by one process at a time."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.collect import Limits
from jumpkit.kit.errors import NotFound
from jumpkit.model.artifact import Sealed
from jumpkit.store.book import Book, open_book
from jumpkit.store.book.workspace import find_home, workspace_lock
from jumpkit.store.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.app.settings import Settled
    from jumpkit.kit.clock import Clock


@dataclass(frozen=True, slots=True)
class Desk:
    """What a verb works with."""

    home: Path
    book: Book
    shelf: Shelf
    clock: Clock
    actor: str
    settings: dict[str, Settled]

    def setting(self, name: str) -> Any:
        """Return the value of one setting."""
        return self.settings[name].value

    def limits(self) -> Limits:
        """Return how much one input may inflate to."""
        return Limits(max_inflated=self.setting("max_inflated"))

    def artifact(self, sha256: str) -> Sealed:
        """Return a sealed artifact by its digest, from whichever case took it in.

        Raises:
            NotFound: no case has it.

        """
        with self.book.read() as tx:
            row = tx.one("artifact", sha256=sha256)
        if row is None:
            raise NotFound("no such artifact in this workspace", target=sha256)
        path = Path(row["path"]) if row["in_place"] else self.shelf.path(sha256)
        return Sealed(row["name"], sha256, row["sha512"], row["size"], path, bool(row["in_place"]), already=True)


@dataclass(frozen=True, slots=True)
class Opening:
    """How a workspace is opened: where, by whom, and with which settings."""

    home: Path
    clock: Clock
    actor: str
    settings: dict[str, Settled]


@contextmanager
def writing(opening: Opening) -> Iterator[Desk]:
    """Open the workspace alone, sweep up what a killed run left, and let go of it at the end."""
    with workspace_lock(opening.home):
        shelf = Shelf(opening.home)
        shelf.clean()
        shutil.rmtree(opening.home / "cache" / "runs", ignore_errors=True)
        desk = Desk(opening.home, open_book(opening.home), shelf, opening.clock, opening.actor, opening.settings)
        _sweep(desk)
        yield desk


@contextmanager
def reading(opening: Opening) -> Iterator[Desk]:
    """Open the workspace without changing a byte of it.

    Raises:
        NotFound: there is none.

    """
    home = find_home(opening.home)
    book = open_book(home, readonly=True)
    yield Desk(home, book, Shelf(home), opening.clock, opening.actor, opening.settings)


def _sweep(desk: Desk) -> None:
    """Remove lake files that a killed run moved into place but never committed: they are made again from the shelf."""
    with desk.book.read() as tx:
        rows = tx.rows("segment")
        known = {row["path"] for row in rows} | {row["hits_path"] for row in rows}
        known |= set(tx.values("file_", "path"))
    for path in sorted((desk.home / "lake").rglob("*")):
        if path.is_file() and path.relative_to(desk.home).as_posix() not in known:
            path.unlink()
