"""How long cases are kept: terms of the workspace, and what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.app.workspace import reading, writing
from jumpkit.coordinate.deed import Who
from jumpkit.coordinate.moments import said_of
from jumpkit.coordinate.retention import Term, kept_until, standing_of, term_row
from jumpkit.kit.clock import stamp
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import vouch
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from jumpkit.app.workspace import Opening


def retained(opening: Opening, *, due_only: bool = False) -> dict[str, Any]:
    """Return of each case until when it is kept and how it stands; deleting stays with people."""
    now = opening.clock()
    with reading(opening) as desk, desk.book.read() as tx:
        told = [kept_until(tx, row) for row in tx.rows("case_")]
        terms = tx.rows("retention", case=WORKSPACE)
    found = [{**each, "standing": standing_of(each, now)} for each in told]
    wanted = [each for each in found if not due_only or each["standing"] == "due"]
    general = {name: terms[-1][name] for name in ("retention", "until", "days", "because")} if terms else None
    return {"schema": "retention/1", "at": stamp(now), "workspace": general, "cases": wanted}


def set_general(opening: Opening, term: Term) -> dict[str, Any]:
    """Enter how long every case is kept that says nothing of its own.

    Raises:
        BadUsage: the term is not understood, or no reason is given.

    """
    opening.found()
    with writing(opening) as desk, recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        row = term_row(pen.tx, Who(desk.actor, desk.clock), WORKSPACE, term)
        append(pen, WORKSPACE, "retention.set", said_of(row))
        vouch(pen, WORKSPACE, "retention", [row])
    return retained(opening)
