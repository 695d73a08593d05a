"""The clocks of a case: which deadlines run, until when, on what basis; and what was said of a duty."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from jumpkit.app.casework import clocks, enter_duties
from jumpkit.coordinate.clocks.duties import Word
from jumpkit.kit.errors import BadUsage
from jumpkit.web.answers import answers, part
from jumpkit.web.failing import reply
from jumpkit.web.said import Decider, Reader, Said

router = part("clocks")


class Duty(Said):
    """One thing that is said of some duties, as `jumpkit case duty` says it."""

    clocks: list[str]
    what: str
    time: str | None = None
    signer: str | None = None
    reason: str | None = None
    receipt: str | None = None


@router.get("/cases/{case}/clocks", **answers("clocks"))
def show(case: str, seat: Reader, at: str | None = None) -> Response:
    """Show the clocks of a case as they stand now, or at another moment."""
    with seat.reading() as desk:
        return reply(clocks(desk, seat.opening, case, _moment(at)))


@router.post("/cases/{case}/duties", **answers("case", 201, "entered"))
def say(case: str, new: Duty, by: Decider) -> Response:
    """Say of duties that they were met, do not apply, or are held."""
    word = Word(**new.model_dump(exclude={"clocks"}))
    return by.does(lambda how: enter_duties(how, case, new.clocks, word))


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as caught:
        raise BadUsage(f"{text!r} is no time", target="at", hint="such as 2026-03-28T23:30:00Z") from caught
    if at.tzinfo is None:
        raise BadUsage(f"{text} does not say in which zone", target="at", hint=f"{text}Z for UTC")
    return at
