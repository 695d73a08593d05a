"""Ask the events of a case: a condition, page by page, or one SELECT."""

from __future__ import annotations

from typing import Any

from jumpkit.app.eventlist import events_of
from jumpkit.app.hunt import Question
from jumpkit.kit.errors import JumpkitError
from jumpkit.web.api.events import matches
from jumpkit.web.failing import status_of
from jumpkit.web.page import Ask, Page
from jumpkit.web.seat import Seat

page = Page(__name__, "/cases/{case}/hunt", needs="event.read", title="Hunt")
router = page.router
_PAGE = 100
_MOST = 500


@page.show
def show(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return the answer to what the address asks; the question is part of it, so that it can be sent to somebody."""
    where, sql = ask.query.get("where", ""), ask.query.get("sql", "")
    told: dict[str, Any] = {"case": ask.case, "where": where, "sql": sql, "events": None, "answer": None}
    try:
        with at.asking() as desk:
            if sql:
                told["answer"] = matches(desk, ask.case, Question(sql=sql), _MOST)
            else:
                told["events"] = events_of(desk, ask.case, where or None, ask.query.get("after"), _PAGE)
    except JumpkitError as error:
        if status_of(error) >= 500:  # noqa: PLR2004 - HTTP's own
            raise
        told |= {"failed": error, "status": status_of(error)}
    return told


@page.part("more")
def more(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return the rows of the next page."""
    with at.asking() as desk:
        found = events_of(desk, ask.case, ask.query.get("where") or None, ask.query.get("after"), _PAGE)
    return {"case": ask.case, "where": ask.query.get("where", ""), "events": found}
