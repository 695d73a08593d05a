"""One event: in words, as OCSF, and as its sealed record says it."""

from __future__ import annotations

import json
from typing import Any

from jumpkit.app.show import show_event
from jumpkit.web.page import Ask, Page
from jumpkit.web.seat import Seat

page = Page(__name__, "/cases/{case}/events/{event}", needs="event.read", title="Event")
router = page.router


@page.show
def show(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return the event."""
    with at.asking() as desk:
        found = show_event(desk, ask.case, ask.path["event"])
    texts = {name: json.dumps(found[name], indent=2, ensure_ascii=False) for name in ("raw", "ocsf", "record")}
    return {"case": ask.case, "event": found, "texts": texts}
