"""Lets people and programs in, and keeps who may: each change is entered whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from jumpkit.admit import accounts, factors, members, tokens
from jumpkit.admit.change import By, Change
from jumpkit.app.keeping import keep
from jumpkit.app.workspace import entering, reading, writing
from jumpkit.coordinate.case import case_row
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.recording import recording
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.store.book import Tx

Make = Callable[["Tx", By], Change]


def add_user(opening: Opening, name: str, role: str, password: str | None) -> dict[str, Any]:
    """Add an account, and make the workspace where there is none yet.

    Raises:
        Refused: there is one of that name.
        BadUsage: name, role or password cannot be used.

    """
    if opening.standing is not None:
        return change(opening, lambda tx, by: accounts.add(tx, by, name, role, password))
    with writing(opening) as desk:
        return _changed(desk, WORKSPACE, lambda tx, by: accounts.add(tx, by, name, role, password))


def change(opening: Opening, make: Make) -> dict[str, Any]:
    """Do what `make` says to the workspace's accounts, factors or tokens, and return what was done."""
    with entering(opening) as desk:
        return _changed(desk, WORKSPACE, make)


def change_members(opening: Opening, case: str, make: Make) -> dict[str, Any]:
    """Do what `make` says to the members of a case, and return them.

    Raises:
        NotFound: there is no such case.

    """
    with entering(opening) as desk:
        done = _changed(desk, case, make)
        with desk.book.read() as tx:
            return members_of(tx, case) | {"told": done["told"]}


def members_of(tx: Tx, case: str) -> dict[str, Any]:
    """Return the members of a case, and whether it takes one to know of it.

    Raises:
        NotFound: there is no such case.

    """
    row = case_row(tx, case)
    return {
        "schema": "members/1",
        "case": case,
        "restricted": bool(row["restricted"]),
        "members": members.members(tx, case),
    }


def list_members(opening: Opening, case: str) -> dict[str, Any]:
    """Return the members of a case."""
    with reading(opening) as desk, desk.book.read() as tx:
        return members_of(tx, case)


def make_token(opening: Opening, name: str, role: str, expires: str) -> dict[str, Any]:
    """Make a token and return it with its secret, which is shown this once.

    Raises:
        BadUsage: name, role or span cannot be used.

    """
    made: dict[str, Any] = {}

    def minted(tx: Tx, by: By) -> Change:
        done, row, secret = tokens.mint(tx, by, name, role, expires)
        made.update(id=row["token"], name=row["name"], role=row["role"], expires=row["expires"], token=secret)
        return done

    told = change(opening, minted)["told"]
    return {"schema": "token/1", **made, "told": told}


def list_tokens(desk: Desk, name: str | None = None) -> dict[str, Any]:
    """Return all tokens, or those of one name, without what opens anything."""
    now = desk.clock()
    with desk.book.read() as tx:
        rows = tx.rows("token", case=WORKSPACE)
    chosen = [tokens.shown(row, now) for row in rows if name is None or row["name"] == name]
    return {"schema": "tokens/1", "tokens": sorted(chosen, key=lambda row: (row["name"], row["recorded"]))}


def list_users(desk: Desk) -> dict[str, Any]:
    """Return all accounts, by name."""
    with desk.book.read() as tx:
        rows = tx.rows("account", case=WORKSPACE)
        return {
            "schema": "users/1",
            "users": [accounts.shown(row, len(factors.standing(tx, row["account"]))) for row in rows],
        }


def _changed(desk: Desk, case: str, make: Make) -> dict[str, Any]:
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        if case != WORKSPACE:
            case_row(pen.tx, case)
        made = make(pen.tx, By(desk.actor, desk.clock))
        keep(pen, case, made)
    return {"schema": "admission/1", "told": made.told, **made.body}
