"""The book as actions write it: each entry is a transaction of its own, rows and ledger's line together."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.app.requests import ONLY, Request, begun, refuse_known
from jumpkit.app.workspace import Desk, Opening, writing
from jumpkit.coordinate.deed import Who
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import vouch
from jumpkit.store.book import open_book
from jumpkit.store.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class BookJournal:
    """Keeps what actions did in the workspace's book."""

    desk: Desk
    request: Request = ONLY  # by which one deed is done, once

    def keep(self, case: str, kind: str, body: Mapping[str, Any], rows: Mapping[str, Sequence[dict[str, Any]]]) -> None:
        """Keep rows and the ledger's line, or raise and keep nothing; when it returns they survive a crash.

        Raises:
            Again: the same request was carried out.
            BadUsage: another one was, with the same key.

        """
        desk = self.desk
        with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
            refuse_known(pen.tx, self.request)
            append(pen, case, kind, body)
            noted = begun(self.request, case, Who(desk.actor, desk.clock), (kind, str(body.get("plan", case))))
            for table, each in {**rows, **noted}.items():
                vouch(pen, case, table, each)

    def rows(self, table: str, case: str, **equal: Any) -> list[dict[str, Any]]:
        """Return rows of a table."""
        with self.desk.book.read() as tx:
            return tx.rows(table, **{"case": case, **equal})


@contextmanager
def acting(opening: Opening) -> Iterator[Desk]:
    """Open a workspace for long work that writes little: its lock is not held meanwhile, so that others may write.

    Raises:
        NotFound: there is no workspace.
        Busy: another writer did not end in time.

    """
    opening.found()
    with writing(opening):
        key_of(opening.home)
    book = opening.standing or open_book(opening.home, opening.url)
    yield Desk(opening.home, book, Shelf(opening.home), opening.clock, opening.actor, opening.settings)
