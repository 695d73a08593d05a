"""Who one is at the desk, and what one may do."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from jumpkit.web.answers import answers, part
from jumpkit.web.failing import reply
from jumpkit.web.seat import Seat, needs

router = part("desk")


@router.get("/me", **answers("me"))
def me(at: Annotated[Seat, Depends(needs("case.read"))]) -> Response:
    """Tell who asks."""
    by = "session" if at.session is not None else "token"
    told = {"schema": "me/1", "name": at.name, "actor": at.actor, "role": at.role.role, "by": by}
    return reply(told | {"rights": sorted(at.role.may), "expires": at.expires})
