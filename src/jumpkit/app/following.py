"""What was added to the journal of a case since somebody looked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.coordinate.journal import entries_of

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk


def present(desk: Desk, case: str) -> int:
    """Return the place of the next line of a case."""
    with desk.book.read() as tx:
        return tx.length(case)


def entries_from(desk: Desk, case: str, seq: int) -> list[dict[str, Any]]:
    """Return the lines from a place on, without those that only vouch and seal."""
    with desk.book.read() as tx:
        return entries_of(tx, case, seq)
