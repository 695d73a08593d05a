"""The board: cases by state, those first whose clocks run out first."""

from __future__ import annotations

from typing import Any

from jumpkit.app.board import board
from jumpkit.app.casework import begin
from jumpkit.coordinate.movement import KINDS
from jumpkit.model.finding import SEVERITIES
from jumpkit.web.page import Ask, Page
from jumpkit.web.seat import Seat

page = Page(__name__, "/", needs="case.read", title="Board", nav=1)
router = page.router


@page.show
def show(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return the cases that are there for somebody, in lanes."""
    del ask
    with at.reading() as desk:
        lanes = board(desk, at.opening, at.name)
    return {"lanes": lanes, "severities": SEVERITIES, "kinds": KINDS}


@page.deed("open", needs="case.open")
def open_case(at: Seat, ask: Ask) -> str:
    """Open a case."""
    form = ask.form
    only = at.name if form.get("restricted") else None
    made = begin(at.opening, form.get("title", ""), form.get("severity") or None, form.get("kind") or None, only)
    return f"/cases/{made['case']}"
