"""Removes a client's data for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.workspace import writing
from jumpkit.coordinate.holds import refuse_if_held
from jumpkit.preserve.purge import purge
from jumpkit.store.book.passing import forget_case

if TYPE_CHECKING:
    from jumpkit.app.workspace import Opening


def purge_case(opening: Opening, case: str) -> dict[str, Any]:
    """Remove a case's rows, files and sealed inputs, and return the certificate.

    Raises:
        Refused: a legal hold stands on it.

    """
    with writing(opening) as desk:
        with desk.book.read() as tx:
            refuse_if_held(tx, case)
        forget_case(desk.home, opening.url, case)
        return purge(desk.home, desk.book, case, desk.clock, desk.actor)
