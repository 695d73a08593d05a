"""Somebody comes in with name, password and, where they set one up, a code; or goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.admit import attempts, factors, sessions
from jumpkit.admit.passwords import fits
from jumpkit.admit.refusals import LockedOut, NotAdmitted
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.recording import recording
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.admit.sessions import From
    from jumpkit.app.standing import Standing
    from jumpkit.app.workspace import Opening

_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody shows at the door."""

    name: str
    password: str
    code: str = ""

    @property
    def account(self) -> str:
        """Return the name as accounts have it."""
        return self.name.strip().lower()[:_LONGEST]


def come_in(standing: Standing, shown: Shown, where: From) -> tuple[dict[str, Any], str]:
    """Open a session; return its row and the cookie.

    Raises:
        LockedOut: they tried too often; this counts for names that do not exist, too.
        NotAdmitted: name, password and code do not go together.

    """
    factor = prove(standing, shown, where)
    how = standing.opening
    with standing.passing.write() as passing:
        row, cookie = sessions.begin(passing, shown.account, how.clock(), where, stepped=factor)
    note(how, "session.opened", {"account": shown.account, "address": where.address, "second_factor": factor})
    return row, cookie


def prove(standing: Standing, shown: Shown, where: From) -> bool:
    """Make sure that it is they, at the door or before a deed that is dangerous; tell whether they showed a code.

    Raises:
        LockedOut: they tried too often; this counts for names that do not exist, too.
        NotAdmitted: name, password and code do not go together.

    """
    how = standing.opening
    now = how.clock()
    with standing.passing.read() as passing:
        until = attempts.locked(passing, shown.account, where.address, now)
    if until is not None:
        raise LockedOut("too many attempts failed", target="login", hint=f"try again after {until[:16]}Z")
    factor = _checked(standing, shown)
    if factor is None:
        with standing.passing.write() as passing:
            shut = attempts.failed(passing, shown.account, where.address, now)
        if shut:
            note(how, "login.locked", {"name": shown.account, "address": where.address})
        raise NotAdmitted("these do not go together", target="login", hint="check name, password and code")
    with standing.passing.write() as passing:
        attempts.forgiven(passing, shown.account, where.address)
    return factor


def go(standing: Standing, session: str) -> None:
    """End a session."""
    with standing.passing.write() as passing:
        sessions.end(passing, standing.opening.clock(), session=session)


def _checked(standing: Standing, shown: Shown) -> bool | None:
    """Return whether a second factor was shown and right; None where the door stays shut."""
    how = standing.opening
    assert how.standing is not None  # noqa: S101 - a server's workspace has one
    with how.standing.read() as tx:
        row = tx.one("account", case=WORKSPACE, account=shown.account)
        right = fits(shown.password, row["password"] if row else None)
        if row is None or not right or row["disabled"]:
            return None
        if not factors.standing(tx, shown.account):
            return False
        with standing.passing.write() as passing:
            code = (shown.account, shown.code)
            return True if factors.passes(tx, passing, how.home, code, how.clock()) else None


def note(how: Opening, kind: str, body: Mapping[str, Any]) -> None:
    """Enter in the workspace's log that somebody came in, or was kept out."""
    assert how.standing is not None  # noqa: S101 - as above
    with recording(how.standing, key_of(how.home), how.clock, "desk") as pen:
        append(pen, WORKSPACE, kind, body)
