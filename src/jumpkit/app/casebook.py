"""What the doors ask of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.latest import case_at_hand
from jumpkit.app.responses import plans_of
from jumpkit.coordinate.case import case_row
from jumpkit.coordinate.metrics import all_cases as every_case
from jumpkit.coordinate.metrics import metrics
from jumpkit.coordinate.show import list_cases, show_case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.app.workspace import Desk


def all_cases(desk: Desk) -> list[dict[str, Any]]:
    """Return all cases in short, sorted by id."""
    with desk.book.read() as tx:
        return list_cases(tx)


def one_case(desk: Desk, named: str | None) -> dict[str, Any]:
    """Return the named case, or the one that was worked on last, as one object."""
    case = case_at_hand(desk, named)
    with desk.book.read() as tx:
        return show_case(tx, case) | {"plans": plans_of(tx, case)}


def metrics_of(desk: Desk, named: Sequence[str]) -> dict[str, Any]:
    """Return how long things took in the named cases, or in all.

    Raises:
        NotFound: there is no such case.

    """
    with desk.book.read() as tx:
        cases = [str(case_row(tx, case)["case"]) for case in named] or every_case(tx)
        return metrics(tx, cases)
