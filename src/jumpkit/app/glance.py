"""What to do first in a case, and when it happened, as a part of a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.app.lakes import open_case
from jumpkit.app.reporting import gather
from jumpkit.report.glance import glance

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk


def glance_of(desk: Desk, case: str) -> str:
    """Return it as HTML in which nothing that a log says is obeyed."""
    with open_case(desk, case) as lake:
        return glance(gather(desk, lake, None, unmask=False))


def glance_key(desk: Desk, case: str) -> tuple[str, ...]:
    """Return what changes whenever the glance would: the runs of a case, and how it is marked."""
    with desk.book.read() as tx:
        row = tx.one("case_", case=case) or {}
        runs = [f"{each['run']}{each['finished']}" for each in tx.rows("run", case=case)]
    return (case, *(str(row.get(name)) for name in ("severity", "state", "title", "tlp", "solo")), *runs)
