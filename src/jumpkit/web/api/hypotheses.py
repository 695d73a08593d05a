"""What is supposed in a case, until it is supported or refuted."""

from __future__ import annotations

from pydantic import Field
from starlette.responses import Response

from jumpkit.app.casework import enter
from jumpkit.coordinate.changes import judge_hypothesis
from jumpkit.coordinate.registers import suppose
from jumpkit.web.answers import answers, part
from jumpkit.web.said import Said, Writer

router = part("hypotheses")


class Hypothesis(Said):
    """What is supposed, and what it rests on."""

    claim: str
    evidence: list[str] = Field(default_factory=list)
    basis: str | None = None


class Judgement(Said):
    """What became of a hypothesis."""

    state: str | None = None
    basis: str | None = None
    evidence: list[str] = Field(default_factory=list)


@router.post("/cases/{case}/hypotheses", **answers("case", 201, "entered"))
def add(case: str, new: Hypothesis, by: Writer) -> Response:
    """Suppose something."""
    return by.does(
        lambda how: enter(how, case, lambda tx, who, row: suppose(tx, who, row, new.claim, new.evidence, new.basis))
    )


@router.post("/cases/{case}/hypotheses/{hypothesis}", **answers("case", 200, "judged"))
def change(case: str, hypothesis: str, new: Judgement, by: Writer) -> Response:
    """Say what became of a hypothesis."""
    said = new.model_dump()
    return by.does(
        lambda how: enter(how, case, lambda tx, who, row: judge_hypothesis(tx, who, row, hypothesis, said)), 200
    )
