"""Cases: listed, opened, shown, led from state to state, marked."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from jumpkit.app.casebook import one_case
from jumpkit.app.casework import advance, begin, enter
from jumpkit.app.knowing import known_cases
from jumpkit.app.requests import tag_of
from jumpkit.app.restricting import reclassified
from jumpkit.coordinate.movement import reopen
from jumpkit.web.answers import answers, part
from jumpkit.web.failing import reply
from jumpkit.web.once import Hand, shown, writes
from jumpkit.web.said import Lead, Reader, Reason, Said

router = part("cases")


class NewCase(Said):
    """A case to be opened."""

    title: str = Field(min_length=1, max_length=300)
    severity: str | None = None
    kind: str | None = None
    restricted: bool = Field(default=False, description="Only its members learn that it is there; you are the first.")


class Move(Said):
    """A way to another state."""

    state: str
    reason: str | None = None
    override: str | None = Field(default=None, description="Why to go in spite of what lacks.")


class Marks(Said):
    """What a case is called from now on, and why."""

    reason: str
    kind: str | None = None
    cause: str | None = None
    severity: str | None = None
    tlp: str | None = None
    restricted: bool | None = None
    privileged: bool | None = None


@router.get("/cases", **answers("cases"))
def list_cases(
    at: Reader,
    state: str | None = None,
    after: Annotated[str | None, Query(description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Response:
    """List the cases that are there for you, by id."""
    with at.reading() as desk:
        found = known_cases(desk, at.name)
    chosen = [each for each in found if (state is None or each["state"] == state) and each["case"] > (after or "")]
    page = chosen[:limit]
    return reply({"schema": "cases/1", "cases": page, "next": page[-1]["case"] if len(chosen) > limit else None})


@router.post("/cases", **answers("case", 201, "opened"))
def open_case(new: NewCase, by: Annotated[Hand, Depends(writes("case.open"))]) -> Response:
    """Open a case."""
    only = by.seat.name if new.restricted else None

    def opened(opening: Any) -> dict[str, Any]:
        body = begin(opening, new.title, new.severity, new.kind, only)
        with by.seat.reading() as desk:
            there = {each["case"] for each in known_cases(desk, by.seat.name)}
        return body | {"open_limits": [each for each in body["open_limits"] if each["case"] in there]}

    return by.does(opened)


@router.get("/cases/{case}", **answers("case"))
def show_case(case: str, at: Reader, request: Request) -> Response:
    """Show a case, with the ids of all that it points to."""
    with at.reading() as desk:
        with desk.book.read() as tx:
            tag = f'"{tag_of(tx, case)}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"etag": tag})
        return reply(shown(at, one_case(desk, case)), 200, {"etag": tag})


@router.post("/cases/{case}/state", **answers("case", 200, "moved"))
def move_case(case: str, way: Move, by: Lead) -> Response:
    """Move a case to another state; a guard says what lacks."""
    state = way.state.replace("-", "_")
    return by.does(lambda opening: advance(opening, case, state, way.reason, way.override), 200)


@router.post("/cases/{case}/marks", **answers("case", 200, "marked"))
def mark_case(case: str, marks: Marks, by: Lead) -> Response:
    """Change kind, cause, severity or marks of a case; who restricts it becomes a member."""
    fields = marks.model_dump(exclude={"reason"}, exclude_none=True)
    fields |= {name: int(fields[name]) for name in ("restricted", "privileged") if name in fields}
    return by.does(lambda opening: reclassified(opening, case, fields, marks.reason, by.seat.name), 200)


@router.post("/cases/{case}/reopen", **answers("case", 200, "open again"))
def reopen_case(case: str, why: Reason, by: Lead) -> Response:
    """Open an ended case again."""
    return by.does(lambda opening: enter(opening, case, lambda tx, who, row: reopen(tx, who, row, why.reason)), 200)
