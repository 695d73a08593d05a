"""Removes a client's data for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.workspace import reading, writing
from jumpkit.coordinate.case import case_row
from jumpkit.coordinate.holds import refuse_if_held
from jumpkit.coordinate.retention import refuse_if_kept
from jumpkit.preserve.purge import purge
from jumpkit.store.book.passing import forget_case

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.app.workspace import Opening


def agreed() -> None:
    """Consent without being asked."""


def purge_case(opening: Opening, case: str, consent: Callable[[], None] = agreed) -> dict[str, Any]:
    """Remove a case's rows, files and sealed inputs, and return the certificate; `consent` raises where it lacks.

    Raises:
        NotFound: there is no such case.
        Refused: a legal hold stands on it, or its term of retention has not run out.

    """
    with reading(opening) as desk, desk.book.read() as tx:
        if not tx.count("certificate", certificate=case):
            case_row(tx, case)
    consent()
    with writing(opening) as desk:
        with desk.book.read() as tx:
            refuse_if_held(tx, case)
            row = tx.one("case_", case=case)
            if row is not None:
                refuse_if_kept(tx, row, desk.clock())
        forget_case(desk.home, opening.url, case)
        return purge(desk.home, desk.book, case, desk.clock, desk.actor)
