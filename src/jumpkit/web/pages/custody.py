"""Custody of a case: whether files, ledger and rows are as they were, and the checkpoint to be noted elsewhere."""

from __future__ import annotations

from typing import Any

from jumpkit.app.verify import newest_checkpoint, verify_case
from jumpkit.kit.errors import JumpkitError
from jumpkit.web.failing import status_of
from jumpkit.web.page import Ask, Page
from jumpkit.web.seat import Seat

page = Page(__name__, "/cases/{case}/custody", needs="custody.read", title="Custody")
router = page.router


@page.show
def show(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return the newest checkpoint."""
    try:
        with at.reading() as desk:
            point = newest_checkpoint(desk, ask.case)
    except JumpkitError as error:
        if status_of(error) >= 500:  # noqa: PLR2004 - HTTP's own
            raise
        return {"case": ask.case, "point": None, "failed": error}
    return {"case": ask.case, "point": point}


@page.part("verify")
def verify(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return whether all is as the ledger says; `key` pins the fingerprint that somebody noted elsewhere."""
    with at.house.checks():
        return {"case": ask.case, "told": verify_case(at.opening, ask.case, ask.query.get("key") or None)}
