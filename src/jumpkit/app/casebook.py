"""What the doors ask of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.hunt import latest_case
from jumpkit.coordinate.show import list_cases, show_case

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk


def all_cases(desk: Desk) -> list[dict[str, Any]]:
    """Return all cases in short, sorted by id."""
    with desk.book.read() as tx:
        return list_cases(tx)


def one_case(desk: Desk, named: str | None) -> dict[str, Any]:
    """Return the named case, or the one that was worked on last, as one object."""
    case = latest_case(desk, named)
    with desk.book.read() as tx:
        return show_case(tx, case)
