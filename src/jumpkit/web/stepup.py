"""Before what is dangerous, somebody shows again that it is they who sit there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.admit.refusals import NotAdmitted
from jumpkit.admit.sessions import From
from jumpkit.app.coming import Shown, prove
from jumpkit.web.failing import Forbidden

if TYPE_CHECKING:
    from starlette.requests import Request

    from jumpkit.web.seat import Seat


def confirm(at: Seat, request: Request, password: str, code: str) -> None:
    """Return if it is they.

    Raises:
        Forbidden: password and code are not theirs, or a program asks.
        LockedOut: they tried too often.

    """
    if at.session is None:
        hint = "log in and do it there, or send a signature over the plan's digest"
        raise Forbidden("a token cannot show that a person sits there", target="password", hint=hint)
    where = From(request.client.host if request.client else "unknown", request.headers.get("user-agent", ""))
    try:
        with at.house.checking():
            prove(at.house.standing, Shown(at.name, password, code), where)
    except NotAdmitted as caught:
        hint = "type your password again, and the code of your phone if you have one"
        raise Forbidden("that is not how you came in", target="password", hint=hint) from caught
