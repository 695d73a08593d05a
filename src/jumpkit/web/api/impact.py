"""How bad it is, in one respect at a time."""

from __future__ import annotations

from pydantic import Field
from starlette.responses import Response

from jumpkit.app.casework import enter
from jumpkit.coordinate.registers import Estimate, estimate
from jumpkit.web.answers import answers, part
from jumpkit.web.said import Said, Writer

router = part("impact")


class Impact(Said):
    """An estimate, with what it was made of."""

    dimension: str
    estimate: str
    confidence: str
    inputs: dict[str, str] = Field(default_factory=dict)
    basis: str | None = None


@router.post("/cases/{case}/impact", **answers("case", 201, "entered"))
def add(case: str, new: Impact, by: Writer) -> Response:
    """Enter an estimate; the one before stays readable."""
    made = Estimate(**new.model_dump())
    return by.does(lambda how: enter(how, case, lambda tx, who, row: estimate(tx, who, row, made)))
