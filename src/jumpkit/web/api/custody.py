"""Custody of a case: whether all is as the ledger says, and the checkpoint to be noted elsewhere."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from jumpkit.app.verify import newest_checkpoint, verify_case
from jumpkit.web.answers import answers, part
from jumpkit.web.failing import reply
from jumpkit.web.seat import Seat, needs

router = part("custody")
Checker = Annotated[Seat, Depends(needs("custody.read"))]


@router.get("/cases/{case}/verify", **answers("verify"))
def check(case: str, at: Checker, key: str | None = None) -> Response:
    """Verify files, ledger, rows and reports of a case; `key` pins the fingerprint that you noted elsewhere."""
    with at.house.checks():
        return reply(verify_case(at.opening, case, key))


@router.get("/cases/{case}/checkpoint", **answers("checkpoint"))
def checkpoint(case: str, at: Checker) -> Response:
    """Give the newest checkpoint, with the exact text that is to be kept."""
    with at.reading() as desk:
        return reply(newest_checkpoint(desk, case))
