"""Approves a plan for whoever may, and has shown again that it is they where that is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jumpkit.app.planning import approve_plan
from jumpkit.app.planview import must_confirm, plan_in
from jumpkit.app.requests import ONLY
from jumpkit.kit.errors import BadUsage
from jumpkit.web.stepup import confirm

if TYPE_CHECKING:
    from starlette.requests import Request

    from jumpkit.app.requests import Request as Asked
    from jumpkit.web.seat import Seat


@dataclass(frozen=True, slots=True)
class Word:
    """How somebody approves: alone, for a reason, or by what `ssh-keygen -Y sign` made; and what shows who they are."""

    solo: str | None
    signature: str | None
    password: str = ""
    code: str = ""


def approved(at: Seat, request: Request, named: tuple[str, str], word: Word, asked: Asked = ONLY) -> None:
    """Enter an approval; `named` is the case and the plan.

    Raises:
        BadUsage: neither a reason nor a signature is there, or both are.
        Forbidden: they did not show that it is they.
        Refused: the signature is not over this plan, or its signer may not approve it.

    """
    if (word.solo is None) == (word.signature is None):
        raise BadUsage("say how: alone, or by a signature", target=named[1], hint="one of both")
    with at.reading() as desk:
        body = plan_in(desk, *named)
    if must_confirm(body, alone=word.solo is not None) and (at.session is not None or word.solo is not None):
        confirm(at, request, word.password, word.code)
    how = replace(at.opening, request=asked)
    approve_plan(how, body["plan"], solo=word.solo, key=None, signature=word.signature)
