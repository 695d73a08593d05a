"""Decisions of a case: what, between which options, by whom, resting on what."""

from __future__ import annotations

from pydantic import Field
from starlette.responses import Response

from jumpkit.app.casework import enter
from jumpkit.coordinate.registers import Decision, decide
from jumpkit.web.answers import answers, part
from jumpkit.web.said import Decider, Said

router = part("decisions")


class New(Said):
    """A decision."""

    choice: str
    question: str
    basis: str
    kind: str = "general"
    decider: str | None = None
    options: list[str] = Field(default_factory=list)
    supersedes: str | None = None
    privileged: bool = False


@router.post("/cases/{case}/decisions", **answers("case", 201, "entered"))
def add(case: str, new: New, by: Decider) -> Response:
    """Enter a decision."""
    made = Decision(**new.model_dump() | {"kind": new.kind.replace("-", "_")})
    return by.does(lambda how: enter(how, case, lambda tx, who, row: decide(tx, who, row, made)))
