"""The workspace at hand: its folder, book and shelf, opened for writing by one process at a time."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.app.requests import ONLY, Request
from jumpkit.collect import Limits
from jumpkit.kit.errors import NotFound, Refused
from jumpkit.model.artifact import Sealed
from jumpkit.preserve.keychain import settle
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.purge import finish_purges
from jumpkit.preserve.recording import recording
from jumpkit.store.book import WORKSPACE, Book, open_book
from jumpkit.store.book.workspace import find_home, workspace_lock
from jumpkit.store.files import file_digest
from jumpkit.store.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumpkit.app.settings import Settled
    from jumpkit.kit.clock import Clock

_KEPT = (
    "lake",
    "reports",
    "intel",
    "baselines",
    "inventory",
    "estates",
    "posture",
)  # folders whose files the book lists


def quietly(_: str) -> None:
    """Hear it, and tell nobody."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a verb works with."""

    home: Path
    book: Book
    shelf: Shelf
    clock: Clock
    actor: str
    settings: dict[str, Settled]
    say: Callable[[str], None] = quietly

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
    standing: Book | None = None  # held open by a server, which writes to it beside others
    patience: float = 20.0  # seconds to wait for another writer of files
    request: Request = ONLY  # by which this is done
    say: Callable[[str], None] = quietly  # hears what a person should know beside the answer
    bag: Path | None = None  # whence it was unpacked for this one command

    @property
    def url(self) -> str | None:
        """Return where the book lies, None for the workspace's own file."""
        named: str | None = self.settings["book"].value
        return named

    def found(self) -> Path:
        """Return the workspace's folder.

        Raises:
            NotFound: nothing was ever triaged into it.

        """
        if self.url is None:
            return find_home(self.home)
        if not self.home.is_dir():
            raise NotFound(f"there is no workspace in {self.home}", target=str(self.home), hint="name another --home")
        return self.home


@contextmanager
def writing(opening: Opening, *, keyless: bool = False) -> Iterator[Desk]:
    """Open the workspace alone, sweep up what a killed run left, and let go of it at the end.

    Raises:
        Refused: its signing key is gone; `keyless` opens it all the same, for whoever declares that.

    """
    if opening.bag is not None:
        hint = "leave --bag away to work in the workspace"
        raise Refused("a bag is only read: what is entered in it would be lost", target=str(opening.bag), hint=hint)
    with workspace_lock(opening.home, opening.patience):
        shelf = Shelf(opening.home)
        shelf.clean()
        shutil.rmtree(opening.home / "cache" / "runs", ignore_errors=True)
        book = opening.standing or open_book(opening.home, opening.url)
        desk = Desk(opening.home, book, shelf, opening.clock, opening.actor, opening.settings, opening.say)
        if keyless:
            yield desk
            return
        with book.read() as tx:
            settle(desk.home, tx)
        finish_purges(desk.home, desk.book, desk.clock, desk.actor)
        _sweep(desk)
        yield desk


@contextmanager
def reading(opening: Opening) -> Iterator[Desk]:
    """Open the workspace without changing a byte of it.

    Raises:
        NotFound: there is none.

    """
    home = opening.found()
    book = opening.standing or open_book(home, opening.url, readonly=True)
    yield Desk(home, book, Shelf(home), opening.clock, opening.actor, opening.settings, opening.say)


@contextmanager
def entering(opening: Opening) -> Iterator[Desk]:
    """Open the workspace to enter something in its book alone, without waiting for whoever writes files.

    Raises:
        NotFound: there is no workspace.

    """
    home = opening.found()
    if opening.standing is None:
        with writing(opening) as desk:
            yield desk
    else:
        yield Desk(home, opening.standing, Shelf(home), opening.clock, opening.actor, opening.settings, opening.say)


def _sweep(desk: Desk) -> None:
    """Remove files that were replaced, or that a killed run never committed: those are made again from the shelf."""
    with desk.book.read() as tx:
        rows = tx.rows("segment")
        known = {row["path"] for row in rows} | {row["hits_path"] for row in rows}
        files = {row["path"]: row for row in tx.rows("file_")}
    known |= {path for path, row in files.items() if row["sha256"] is not None}
    stray = [path for path in _files(desk.home, *_KEPT) if path not in known]
    strange = [path for path in stray if path not in files]
    if strange:
        told = [{"path": path, "sha256": file_digest(desk.home / path)} for path in strange]
        with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
            append(pen, WORKSPACE, "files.swept", {"files": told})
    for path in stray:
        (desk.home / path).unlink()


def _files(home: Path, *folders: str) -> list[str]:
    found = [path for folder in folders for path in (home / folder).rglob("*") if path.is_file()]
    return sorted(path.relative_to(home).as_posix() for path in found)
