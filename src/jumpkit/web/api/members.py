"""Who may know of a case; of a restricted one only they learn that it is there."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from jumpkit.admit import members
from jumpkit.app.admission import change_members, list_members
from jumpkit.web.answers import answers, part
from jumpkit.web.failing import reply
from jumpkit.web.said import Reader, Said
from jumpkit.web.seat import Seat, needs

router = part("members")
Keeper = Annotated[Seat, Depends(needs("case.members"))]


class Member(Said):
    """The name of an account, or of a token that acts for itself."""

    member: str


@router.get("/cases/{case}/members", **answers("members"))
def show(case: str, at: Reader) -> Response:
    """List who may know of a case."""
    return reply(list_members(at.opening, case))


@router.post("/cases/{case}/members", **answers("members", 201, "added"))
def add(case: str, new: Member, at: Keeper) -> Response:
    """Let somebody know of a case; done twice, it is refused."""
    return reply(change_members(at.opening, case, lambda tx, by: members.add(tx, by, case, new.member)), 201)


@router.delete("/cases/{case}/members/{member}", **answers("members", 200, "removed"))
def remove(case: str, member: str, at: Keeper) -> Response:
    """Let somebody know of a case no longer."""
    return reply(change_members(at.opening, case, lambda tx, by: members.remove(tx, by, case, member)))
