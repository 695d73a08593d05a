"""Who does what in a case: asked, accepted, ended; solo mode."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from jumpkit.app.casework import enter
from jumpkit.app.workspace import Opening
from jumpkit.coordinate.roles import accept_role, ask_role, declare_solo, end_role
from jumpkit.web.answers import answers, part
from jumpkit.web.said import Lead, Said

router = part("roles")


class Role(Said):
    """A role, and whom it is to be; `accepted` where they have said yes."""

    role: str
    person: str
    accepted: bool = False


class Answer(Said):
    """A role is accepted, or ends for a reason."""

    end: str | None = None


class Solo(Said):
    """Why one person works alone; null: that is over."""

    reason: str | None


@router.post("/cases/{case}/roles", **answers("case", 201, "asked"))
def ask(case: str, new: Role, by: Lead) -> Response:
    """Ask somebody to take a role."""

    def asked(how: Opening) -> dict[str, Any]:
        return enter(
            how,
            case,
            lambda tx, who, row: ask_role(tx, who, row, new.role, new.person, accepted=new.accepted),
        )

    return by.does(asked)


@router.post("/cases/{case}/roles/{entry}", **answers("case", 200, "answered"))
def change(case: str, entry: str, new: Answer, by: Lead) -> Response:
    """Enter that somebody accepts a role, or that it ends."""
    if new.end is not None:
        return by.does(lambda how: enter(how, case, lambda tx, who, row: end_role(tx, who, row, entry, new.end)), 200)
    return by.does(lambda how: enter(how, case, lambda tx, who, row: accept_role(tx, who, row, entry)), 200)


@router.post("/cases/{case}/solo", **answers("case", 200, "declared"))
def alone(case: str, new: Solo, by: Lead) -> Response:
    """Declare that one person works alone, or that this is over."""
    return by.does(lambda how: enter(how, case, lambda tx, who, row: declare_solo(tx, who, row, new.reason)), 200)
