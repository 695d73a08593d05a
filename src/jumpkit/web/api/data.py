"""Which data is concerned, and whose law: duties hang on it."""

from __future__ import annotations

from starlette.responses import Response

from jumpkit.app.casework import enter
from jumpkit.coordinate.registers import add_data, withdraw_data
from jumpkit.web.answers import answers, part
from jumpkit.web.said import Said, Writer

router = part("data")


class Data(Said):
    """A class of data, and the jurisdiction of those whom it is of."""

    data_class: str
    jurisdiction: str
    basis: str | None = None
    withdraw: bool = False


@router.post("/cases/{case}/data", **answers("case", 201, "entered"))
def say(case: str, new: Data, by: Writer) -> Response:
    """Say that data is concerned, or that it is not after all."""
    deed = withdraw_data if new.withdraw else add_data
    fields = (new.data_class, new.jurisdiction, new.basis)
    return by.does(lambda how: enter(how, case, lambda tx, who, row: deed(tx, who, row, *fields)))
