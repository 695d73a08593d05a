"""What a server holds from its start to its end: the workspace, what passes, and how much may go on at once."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from jumpkit.app.standing import Standing, stand
from jumpkit.app.workspace import reading
from jumpkit.kit.errors import Busy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jumpkit.app.workspace import Desk, Opening

_LAKES = 4  # questions to events at once; others wait their turn
_PASSWORDS = 2  # each takes 64 MB while it is checked
_SHELF = 64
_PATIENCE = 5.0  # seconds that a question waits for its turn


@dataclass(slots=True)
class House:
    """One server's workspace."""

    standing: Standing
    lakes: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(_LAKES))
    passwords: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(_PASSWORDS))
    stopping: threading.Event = field(default_factory=threading.Event)
    shelf: dict[tuple[str, ...], str] = field(default_factory=dict)  # parts of pages that were drawn last
    secure: bool = False  # whoever comes speaks https, here or with a proxy before us

    def opening(self, actor: str) -> Opening:
        """Return how the workspace is opened for somebody."""
        return replace(self.standing.opening, actor=actor)

    @contextmanager
    def reading(self, actor: str) -> Iterator[Desk]:
        """Open the workspace to read what the book says."""
        with reading(self.opening(actor)) as desk:
            yield desk

    @contextmanager
    def asking(self, actor: str) -> Iterator[Desk]:
        """Open the workspace to ask its events; only a few do so at once.

        Raises:
            Busy: too many others ask.

        """
        with _turn(self.lakes, "too many questions are being answered"), self.reading(actor) as desk:
            yield desk

    @contextmanager
    def checks(self) -> Iterator[None]:
        """Take a turn at reading whole files.

        Raises:
            Busy: too many others do.

        """
        with _turn(self.lakes, "too many questions are being answered"):
            yield

    @contextmanager
    def checking(self) -> Iterator[None]:
        """Take a turn at checking a password.

        Raises:
            Busy: too many others come in.

        """
        with _turn(self.passwords, "too many people come in at once"):
            yield

    def remembered(self, key: tuple[str, ...], make: Callable[[], str]) -> str:
        """Return what was drawn for a key, drawn now where it is not at hand; the oldest gives way."""
        found = self.shelf.get(key)
        if found is None:
            found = self.shelf[key] = make()
            while len(self.shelf) > _SHELF:
                self.shelf.pop(next(iter(self.shelf)), None)
        return found


@contextmanager
def _turn(slots: threading.BoundedSemaphore, why: str) -> Iterator[None]:
    if not slots.acquire(timeout=_PATIENCE):
        raise Busy(why, target="server", hint="try again in a moment")
    try:
        yield
    finally:
        slots.release()


def house(opening: Opening, *, secure: bool = False) -> House:
    """Open a workspace for a server, made first where there is none."""
    return House(stand(opening), secure=secure)


def told(house: House) -> dict[str, Any]:
    """Return whether the workspace answers, for whoever watches the server."""
    with house.reading("health") as desk, desk.book.read() as tx, house.standing.passing.read():
        return {"cases": tx.count("case_")}
