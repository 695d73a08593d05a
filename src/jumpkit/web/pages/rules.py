"""Every rule: those that do not run first, with why, and what each reads."""

from __future__ import annotations

from typing import Any

from jumpkit.app import rulebook
from jumpkit.web.page import Ask, Page
from jumpkit.web.seat import Seat

page = Page(__name__, "/rules", needs="catalog.read", title="Rules", nav=5)
router = page.router


@page.show
def show(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return the rules, those that do not run first."""
    del ask
    rules = rulebook.listing(at.opening.home, (), own=True)
    return {"rules": sorted(rules, key=lambda each: each["live"]), "live": sum(each["live"] for each in rules)}
