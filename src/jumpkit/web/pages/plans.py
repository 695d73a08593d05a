"""What is, or was, to be done to clouds for a case: its plans, the newest first."""

from __future__ import annotations

from typing import Any

from jumpkit.app.planview import plans_in
from jumpkit.web.page import Ask, Page
from jumpkit.web.seat import Seat

page = Page(__name__, "/cases/{case}/plans", needs="case.read", title="Plans")
router = page.router


@page.show
def show(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return the plans."""
    with at.reading() as desk:
        return {"case": ask.case, "plans": plans_in(desk, ask.case)}
