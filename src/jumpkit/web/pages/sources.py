"""The log sources that can be read, and of one what its mapping takes and what it leaves out."""

from __future__ import annotations

from typing import Any

from jumpkit.app import sourcebook
from jumpkit.web.page import Ask, Page
from jumpkit.web.seat import Seat

page = Page(__name__, "/sources", needs="catalog.read", title="Sources", nav=6)
router = page.router


@page.show
def show(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return the sources, and the one that was asked for."""
    del at
    name = ask.query.get("source")
    return {"sources": sourcebook.listing(), "one": sourcebook.details(name) if name else None}
