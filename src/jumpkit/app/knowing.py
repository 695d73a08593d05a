"""Which cases are there for somebody: all that are not restricted, and those whose member they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.admit.members import may_know
from jumpkit.coordinate.show import list_cases

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk


def known_cases(desk: Desk, name: str) -> list[dict[str, Any]]:
    """Return, in short and by id, the cases that are there for somebody."""
    with desk.book.read() as tx:
        there = {row["case"] for row in tx.rows("case_") if may_know(tx, row, row["case"], name)}
        return [each for each in list_cases(tx) if each["case"] in there]
