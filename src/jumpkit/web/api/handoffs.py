"""Hand-offs: offered with what is open, in force once the receiver accepts."""

from __future__ import annotations

from starlette.responses import Response

from jumpkit.app.casework import enter
from jumpkit.coordinate.handoffs import answer, offer
from jumpkit.web.answers import answers, part
from jumpkit.web.said import Decider, Said, Writer

router = part("handoffs")


class Offer(Said):
    """What is offered, and to whom."""

    to: str
    summary: str
    role: str | None = None
    due: str | None = None


class Answer(Said):
    """The receiver accepts, or refuses for a reason."""

    accept: bool
    words: str | None = None


@router.post("/cases/{case}/handoffs", **answers("case", 201, "offered"))
def add(case: str, new: Offer, by: Writer) -> Response:
    """Offer a case, or a role in it, to somebody."""
    said = new.model_dump()
    return by.does(lambda how: enter(how, case, lambda tx, who, row: offer(tx, who, row, said)))


@router.post("/cases/{case}/handoffs/{handoff}", **answers("case", 200, "answered"))
def change(case: str, handoff: str, new: Answer, by: Decider) -> Response:
    """Accept a hand-off, or refuse it."""
    return by.does(
        lambda how: enter(
            how, case, lambda tx, who, row: answer(tx, who, row, handoff, accept=new.accept, words=new.words)
        ),
        200,
    )
