"""Questions that a case has to answer."""

from __future__ import annotations

from starlette.responses import Response

from jumpkit.app.casework import enter
from jumpkit.coordinate.changes import answer_question
from jumpkit.coordinate.registers import ask
from jumpkit.web.answers import answers, part
from jumpkit.web.said import Said, Writer

router = part("questions")


class Question(Said):
    """What is to be answered, and by whom."""

    question: str
    owner: str | None = None


class Answer(Said):
    """What becomes of a question."""

    owner: str | None = None
    answer: str | None = None
    withdraw: str | None = None


@router.post("/cases/{case}/questions", **answers("case", 201, "asked"))
def add(case: str, new: Question, by: Writer) -> Response:
    """Ask a question."""
    return by.does(lambda how: enter(how, case, lambda tx, who, row: ask(tx, who, row, new.question, new.owner)))


@router.post("/cases/{case}/questions/{question}", **answers("case", 200, "changed"))
def change(case: str, question: str, new: Answer, by: Writer) -> Response:
    """Answer a question, withdraw it, or give it to somebody."""
    said = new.model_dump()
    return by.does(
        lambda how: enter(how, case, lambda tx, who, row: answer_question(tx, who, row, question, said)), 200
    )
