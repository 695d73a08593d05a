"""Events of a case: a page at a time, one by its id, or asked by a condition or one SELECT."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from jumpkit.app.eventlist import events_of
from jumpkit.app.hunt import Question, hunt
from jumpkit.app.show import show_event
from jumpkit.web.answers import answers, part
from jumpkit.web.failing import reply
from jumpkit.web.said import Asker, Said

router = part("events")
_MOST = 10_000  # matches that one answer holds


class Asked(Said):
    """One question: a condition over OCSF paths, or one SELECT over `events` and `hits`."""

    where: str | None = None
    sql: str | None = None


@router.get("/cases/{case}/events", **answers("events"))
def page(
    case: str,
    at: Asker,
    where: Annotated[str | None, Query(description="A condition, as `jumpkit hunt --where` takes it.")] = None,
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """Give a page of events in the order of time."""
    with at.asking() as desk:
        return reply(events_of(desk, case, where, after, limit))


@router.get("/cases/{case}/events/{event}", **answers("event"))
def one(case: str, event: str, at: Asker) -> Response:
    """Give an event: in words, as OCSF, and as its record says it."""
    with at.asking() as desk:
        return reply(show_event(desk, case, event))


@router.post("/cases/{case}/hunt", **answers("hunt"))
def ask(case: str, asked: Asked, at: Asker) -> Response:
    """Ask the events of a case; it reads and writes nothing, so that it needs no key."""
    with at.asking() as desk:
        return reply(matches(desk, case, Question(where=asked.where, sql=asked.sql)))


def matches(desk: Any, case: str, question: Question, most: int = _MOST) -> dict[str, Any]:
    """Return hunt/1; beyond the most that one answer holds, matches are counted and left out."""
    found: list[dict[str, Any]] = []
    last: dict[str, Any] = {}
    for last in hunt(desk, case, question):
        if len(found) <= most:
            found.append(last)
    held = found[:most] if len(found) > most else found[:-1]
    left = int(last["total"]) - len(held)
    limits = (
        [*last["limits"], {"what": "matches", "because": f"{left:,} more are left out"}] if left else last["limits"]
    )
    return {"schema": "hunt/1", "case": case, "matches": held} | last | {"limits": limits}
