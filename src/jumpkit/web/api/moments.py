"""When something was: clocks hang on it."""

from __future__ import annotations

from starlette.responses import Response

from jumpkit.app.casework import enter
from jumpkit.coordinate.moments import set_moment, withdraw_moment
from jumpkit.web.answers import answers, part
from jumpkit.web.said import Said, Writer

router = part("moments")


class Moment(Said):
    """When something of a kind was; without a time, what stood was an error and nothing takes its place."""

    kind: str
    time: str | None = None
    basis: str | None = None


@router.post("/cases/{case}/moments", **answers("case", 201, "entered"))
def say_moment(case: str, new: Moment, by: Writer) -> Response:
    """Say when something was, or withdraw what was said."""
    if new.time is None:
        return by.does(
            lambda how: enter(how, case, lambda tx, who, row: withdraw_moment(tx, who, row, new.kind, new.basis))
        )
    time = new.time
    return by.does(
        lambda how: enter(how, case, lambda tx, who, row: set_moment(tx, who, row, new.kind, time, new.basis))
    )
