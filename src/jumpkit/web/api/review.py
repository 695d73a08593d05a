"""The review that a case closes with."""

from __future__ import annotations

from starlette.responses import Response

from jumpkit.app.casework import enter, review_of
from jumpkit.coordinate.deed import chosen
from jumpkit.coordinate.reviews import SECTIONS, add_to_review, settle
from jumpkit.web.answers import answers, part
from jumpkit.web.failing import reply
from jumpkit.web.said import Reader, Said, Writer

router = part("review")


class Item(Said):
    """Something for the review: fact, worked, failed, limit, improvement (`WHAT; OWNER; DATE`, or `none; WHY`)."""

    section: str
    text: str


class Outcome(Said):
    """What became of an improvement or a limit."""

    outcome: str


@router.get("/cases/{case}/review", **answers("review"))
def show(case: str, at: Reader) -> Response:
    """Show the review, and what it lacks."""
    with at.reading() as desk:
        return reply(review_of(desk, case))


@router.post("/cases/{case}/review", **answers("case", 201, "entered"))
def add(case: str, new: list[Item], by: Writer) -> Response:
    """Add to the review."""
    for each in new:
        chosen(each.section, SECTIONS, "section of the review")
    items = [(each.section, each.text) for each in new]
    return by.does(lambda how: enter(how, case, lambda tx, who, row: add_to_review(tx, who, row, items)))


@router.post("/cases/{case}/review/{item}", **answers("case", 200, "settled"))
def change(case: str, item: str, new: Outcome, by: Writer) -> Response:
    """Enter that an improvement is done, or a limit lifted."""
    return by.does(lambda how: enter(how, case, lambda tx, who, row: settle(tx, who, row, item, new.outcome)), 200)
