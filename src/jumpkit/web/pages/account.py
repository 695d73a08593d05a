"""One's own account: password, second factor, sessions."""

from __future__ import annotations

from typing import Any

import segno

from jumpkit.admit import factors, sessions
from jumpkit.admit.accounts import set_password
from jumpkit.admit.passwords import fits
from jumpkit.app.admission import change
from jumpkit.kit.errors import BadUsage
from jumpkit.store.book import WORKSPACE
from jumpkit.web.failing import Forbidden
from jumpkit.web.page import Ask, Page
from jumpkit.web.seat import Seat

page = Page(__name__, "/account", needs="own.account", title="Account", nav=9)
router = page.router


@page.show
def show(at: Seat, ask: Ask) -> dict[str, Any]:
    """Return what is known of oneself, and a fresh secret for a phone where there is none."""
    with at.reading() as desk, desk.book.read() as tx, at.house.standing.passing.read() as passing:
        there = factors.standing(tx, at.name)
        open_ = [row for row in passing.rows("session", account=at.name) if not row["ended"]]
    secret = ask.form.get("secret") or factors.new_secret()
    drawn = segno.make(factors.address_of(secret, at.name)).svg_data_uri(scale=4)
    return {"factors": there, "sessions": open_, "secret": secret, "picture": drawn}


@page.deed("password", needs="own.account")
def password(at: Seat, ask: Ask) -> str:
    """Change the password; every session ends with it, this one too."""
    _confirmed(at, ask)
    new = ask.form.get("new", "")
    if new != ask.form.get("again"):
        raise BadUsage("that was not the same twice", target="password", hint="try again")
    change(at.opening, lambda tx, by: set_password(tx, by, at.name, new))
    return "/login"


@page.deed("factor", needs="own.account")
def factor(at: Seat, ask: Ask) -> None:
    """Add a phone, once it has shown a code that is right."""
    _confirmed(at, ask)
    made = (ask.form.get("label", ""), ask.form.get("secret", ""), ask.form.get("code", ""))
    change(at.opening, lambda tx, by: factors.enrol(tx, by, at.opening.home, at.name, made))


@page.deed("unfactor", needs="own.account")
def unfactor(at: Seat, ask: Ask) -> None:
    """Remove a phone."""
    _confirmed(at, ask)
    name = ask.form.get("factor", "")
    change(at.opening, lambda tx, by: factors.remove(tx, by, at.name, name))


@page.deed("sessions", needs="own.account")
def others(at: Seat, ask: Ask) -> str:
    """End every session of one's own, this one too."""
    del ask
    with at.house.standing.passing.write() as passing:
        sessions.end(passing, at.opening.clock(), account=at.name)
    return "/login"


def _confirmed(at: Seat, ask: Ask) -> None:
    """Make sure that it is they who sit there: what guards the account is changed by its password only."""
    with at.reading() as desk, desk.book.read() as tx:
        row = tx.one("account", case=WORKSPACE, account=at.name)
    with at.house.checking():
        right = fits(ask.form.get("password", ""), row["password"] if row else None)
    if not right:
        raise Forbidden("that is not the password of this account", target="password", hint="type your present one")
