"""Tasks of a case: added, changed, done or dropped."""

from __future__ import annotations

from starlette.responses import Response

from jumpkit.app.casework import enter
from jumpkit.coordinate.changes import change_task
from jumpkit.coordinate.registers import add_task
from jumpkit.web.answers import answers, part
from jumpkit.web.said import Said, Writer

router = part("tasks")


class Task(Said):
    """What is to be done, by whom, until when."""

    title: str
    owner: str | None = None
    due: str | None = None


class Change(Said):
    """What becomes of a task: fields that are not named stay."""

    title: str | None = None
    owner: str | None = None
    due: str | None = None
    done: str | None = None
    drop: str | None = None


@router.post("/cases/{case}/tasks", **answers("case", 201, "added"))
def add(case: str, new: Task, by: Writer) -> Response:
    """Add a task."""
    return by.does(
        lambda how: enter(how, case, lambda tx, who, row: add_task(tx, who, row, new.title, new.owner, new.due))
    )


@router.post("/cases/{case}/tasks/{task}", **answers("case", 200, "changed"))
def change(case: str, task: str, new: Change, by: Writer) -> Response:
    """Change a task, or end it."""
    said = new.model_dump()
    return by.does(lambda how: enter(how, case, lambda tx, who, row: change_task(tx, who, row, task, said)), 200)
