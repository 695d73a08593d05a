"""Removes a client's data for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.workspace import writing
from jumpkit.preserve.purge import purge

if TYPE_CHECKING:
    from jumpkit.app.workspace import Opening


def purge_case(opening: Opening, case: str) -> dict[str, Any]:
    """Remove a case's rows, files and sealed inputs, and return the certificate."""
    with writing(opening) as desk:
        return purge(desk.home, desk.book, case, desk.clock, desk.actor)
