"""The transaction in which the book is written: whatever log it touched is sealed at its end, or nothing is kept."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jumpkit.kit.clock import Clock, stamp
from jumpkit.preserve.keychain import check_present
from jumpkit.preserve.ledger import Pen, append, seal
from jumpkit.preserve.rows import vouch
from jumpkit.store.book import WORKSPACE, Book

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.preserve.keys import Key


@contextmanager
def recording(book: Book, key: Key, clock: Clock, actor: str) -> Iterator[Pen]:
    """Begin a writing transaction; at its end each log that was written to gets a checkpoint, or nothing is kept.

    with recording(book, key_of(home), clock, actor) as pen:
        append(pen, case, "item.rejected", {"path": …, "reason": …})
        vouch(pen, case, "finding", rows)

    Raises:
        Busy: another writer did not end in time.
        Tampered: a log is not what was sealed before.
        Refused: another key than this one signs here.

    """
    with book.write() as tx:
        pen = Pen(tx, clock, actor)
        _ensure_workspace(pen, key)
        check_present(tx, key)
        yield pen
        for log in sorted(pen.touched):
            seal(pen, log, key)


def _ensure_workspace(pen: Pen, key: Key) -> None:
    """Give the workspace its id, and its first line, before anything else is written."""
    if pen.tx.count("workspace"):
        return
    append(pen, WORKSPACE, "key.made", {"fingerprint": key.fingerprint, "public": key.public.hex()})
    made = {"case": WORKSPACE, "workspace": secrets.token_hex(8), "created": stamp(pen.clock())}
    vouch(pen, WORKSPACE, "workspace", [made])
