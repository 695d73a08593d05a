"""Accounts, tokens and sessions: one's own, and, with the right to keep them, everybody's."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from jumpkit.admit import accounts, sessions, tokens
from jumpkit.admit.rights import role_of
from jumpkit.app.admission import add_user, change, list_tokens, list_users, make_token
from jumpkit.kit.errors import NotFound
from jumpkit.web.answers import answers, part
from jumpkit.web.failing import Forbidden, reply
from jumpkit.web.said import Said
from jumpkit.web.seat import Seat, needs

router = part("accounts")
Own = Annotated[Seat, Depends(needs("own.account"))]
Keeper = Annotated[Seat, Depends(needs("account.manage"))]


class User(Said):
    """Somebody who may come in; without a password, by single sign-on only."""

    name: str
    role: str
    password: str | None = None


class Change(Said):
    """What becomes of an account."""

    role: str | None = None
    disabled: bool | None = None


class Token(Said):
    """A token; its role may do nothing that yours may not."""

    role: str
    expires: str = "30d"
    name: str | None = None


@router.get("/users", **answers("users"))
def users(at: Keeper) -> Response:
    """List the accounts."""
    with at.reading() as desk:
        return reply(list_users(desk))


@router.post("/users", **answers("admission", 201, "added"))
def add(new: User, at: Keeper) -> Response:
    """Add an account; a name that is taken is refused."""
    return reply(add_user(at.opening, new.name, new.role, new.password), 201)


@router.post("/users/{name}", **answers("admission", 200, "changed"))
def alter(name: str, new: Change, at: Keeper) -> Response:
    """Give an account another role, or shut it out, or let it in again; it counts at once."""
    told = {"schema": "admission/1", "told": "nothing was asked"}
    if new.role is not None:
        role = new.role
        told = change(at.opening, lambda tx, _by: accounts.set_role(tx, name, role))
    if new.disabled is not None:
        deed = accounts.disable if new.disabled else accounts.enable
        told = change(at.opening, lambda tx, by: deed(tx, by, name))
    return reply(told)


@router.delete("/users/{name}/sessions", **answers("admission", 200, "ended"))
def end_sessions(name: str, at: Own) -> Response:
    """End all sessions of an account: one's own, or, who keeps accounts, anybody's."""
    known = name.strip().lower()
    if known != at.name and not at.may("account.manage"):
        raise Forbidden("these are not your sessions", target=name, hint="ask whoever keeps the accounts")
    with at.house.standing.passing.write() as passing:
        ended = sessions.end(passing, at.opening.clock(), account=known)
    return reply({"schema": "admission/1", "told": f"{ended} sessions of {known} are over"})


@router.get("/tokens", **answers("tokens"))
def list_of_tokens(at: Own) -> Response:
    """List one's own tokens, or, who keeps accounts, everybody's."""
    with at.reading() as desk:
        return reply(list_tokens(desk, None if at.may("account.manage") else at.name))


@router.post("/tokens", **answers("token", 201, "made"))
def mint(new: Token, at: Own) -> Response:
    """Make a token; it is shown this once, and made again however often this is asked."""
    name = new.name or at.name
    if name != at.name and not at.may("account.manage"):
        raise Forbidden("a token of another name", target=name, hint="ask whoever keeps the accounts")
    if not role_of(new.role).may <= at.role.may:
        raise Forbidden(f"{new.role} may more than you", target=new.role, hint="a role that may no more than yours")
    return reply(make_token(at.opening, name, new.role, new.expires), 201)


@router.delete("/tokens/{token}", **answers("admission", 200, "revoked"))
def revoke(token: str, at: Own) -> Response:
    """End a token at once."""
    with at.reading() as desk:
        own = {each["token"] for each in list_tokens(desk, at.name)["tokens"]}
    if token not in own and not at.may("account.manage"):
        raise NotFound(f"there is no token {token}", target=token, hint="GET /api/v1/tokens")
    return reply(change(at.opening, lambda tx, by: tokens.revoke(tx, by, token)))
