"""Observables of a case: addresses, agents, digests, each an indicator or not."""

from __future__ import annotations

from starlette.responses import Response

from jumpkit.app.casework import enter
from jumpkit.coordinate.registers import observe
from jumpkit.web.answers import answers, part
from jumpkit.web.said import Said, Writer

router = part("observables")


class Observable(Said):
    """Something that was seen, and what it is."""

    type: str
    value: str
    role: str | None = None
    confidence: str | None = None
    tlp: str | None = None
    basis: str | None = None


@router.post("/cases/{case}/observables", **answers("case", 201, "entered"))
def add(case: str, new: Observable, by: Writer) -> Response:
    """Enter an observable."""
    fields = new.model_dump()
    return by.does(lambda how: enter(how, case, lambda tx, who, row: observe(tx, who, row, fields)))
