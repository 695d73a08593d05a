"""Who asks, and whether they may: every door to a case or a right goes through `needs`, which a test looks for."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import Request

from jumpkit.admit import members, sessions, tokens
from jumpkit.admit.refusals import NotAdmitted
from jumpkit.admit.rights import Role, role_of
from jumpkit.kit.errors import NotFound
from jumpkit.web.failing import Forbidden

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk, Opening
    from jumpkit.web.house import House

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
COOKIE = "jumpkit"
_SECURE_COOKIE = "__Host-jumpkit"


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at the desk: a person in a session, or a program with a token."""

    house: House
    name: str  # by which they are a member of cases
    actor: str  # as the ledger names them
    role: Role
    expires: str
    session: dict[str, Any] | None = None

    @property
    def opening(self) -> Opening:
        """Return how they open the workspace."""
        return self.house.opening(self.actor)

    def reading(self) -> AbstractContextManager[Desk]:
        """Open the workspace to read the book."""
        return self.house.reading(self.actor)

    def asking(self) -> AbstractContextManager[Desk]:
        """Open the workspace to ask events."""
        return self.house.asking(self.actor)

    def may(self, right: str) -> bool:
        """Tell whether their role has a right."""
        return right in self.role.may

    def knows(self, case: str) -> bool:
        """Tell whether a case is there for them."""
        with self.reading() as desk, desk.book.read() as tx:
            return members.may_know(tx, tx.one("case_", case=case), case, self.name)


def needs(right: str) -> Callable[[Request], Seat]:
    """Return a dependency that lets through whoever has a right, and may know of the case that the path names."""

    def admitted(request: Request) -> Seat:
        return allowed(seat_of(request), right, request.path_params.get("case"))

    admitted.right = right  # type: ignore[attr-defined]  # what the test over all doors reads
    return admitted


def allowed(seat: Seat, right: str, case: str | None) -> Seat:
    """Return a seat that has a right and may know of a case.

    Raises:
        Forbidden: its role has not.
        NotFound: the case is not there, or not for it.

    """
    if not seat.may(right):
        raise Forbidden(f"{seat.role.role} may not do this", target=right, hint="ask whoever keeps the accounts")
    if case is not None and not seat.knows(case):
        raise unknown(case)
    return seat


def seat_anew(request: Request, right: str, case: str) -> Seat:
    """Return who still asks, looked up anew, as for an answer that lasts.

    Raises:
        NotAdmitted: they are not known any more.
        Forbidden, NotFound: as for `allowed`.

    """
    request.state.seat = None
    return allowed(seat_of(request), right, case)


def unknown(case: str) -> NotFound:
    """Return what is said of a case that does not exist, and of one that somebody must not know of: the same."""
    return NotFound(f"there is no case {case}", target=case, hint="GET /api/v1/cases lists those that are there")


def seat_of(request: Request) -> Seat:
    """Return who asks.

    Raises:
        NotAdmitted: nobody known.
        Forbidden: their browser was made to ask by another site.

    """
    known = request.scope.get("state", {}).get("seat")
    if known is not None:
        return known  # type: ignore[no-any-return]  # the gate found it
    house: House = request.app.state.house
    seat = _by_token(house, request) if "authorization" in request.headers else _by_session(house, request)
    if seat is None:
        raise NotAdmitted("come in first", target="request", hint="log in, or send a token: jumpkit token add")
    request.state.who, request.state.seat = seat.actor, seat
    if seat.session is not None and request.method not in SAFE:
        check_origin(request)
        if not request.scope.get("form"):  # there it stands in the form
            check_csrf(seat, request.headers.get("x-csrf-token"))
    return seat


def check_origin(request: Request) -> None:
    """Refuse what another site made a browser send.

    Raises:
        Forbidden: it did.

    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    ours = {f"{scheme}://{request.headers.get('host', '')}" for scheme in ("http", "https")}
    if site not in {"same-origin", "none"} or (origin is not None and origin not in ours):
        raise Forbidden("another site asked for this", target="origin", hint="ask from the desk itself")


def check_csrf(seat: Seat, shown: object) -> None:
    """Refuse what does not hold the secret of the session.

    Raises:
        Forbidden: it does not.

    """
    right = str((seat.session or {}).get("csrf"))
    if not isinstance(shown, str) or not secrets.compare_digest(shown.encode("utf-8", "replace"), right.encode()):
        raise Forbidden("this form is not of your session", target="csrf", hint="open the page again, then try again")


def cookie_name(*, secure: bool) -> str:
    """Return what the cookie is called; over https a browser keeps others from setting it."""
    return _SECURE_COOKIE if secure else COOKIE


def is_secure(request: Request) -> bool:
    """Tell whether a browser speaks https to us, or to the proxy before us."""
    return bool(request.app.state.house.secure) or request.url.scheme == "https"


def cookie_of(request: Request) -> str | None:
    """Return the cookie that was sent."""
    return request.cookies.get(cookie_name(secure=is_secure(request)))


def _by_token(house: House, request: Request) -> Seat | None:
    scheme, _, presented = request.headers["authorization"].partition(" ")
    if scheme.lower() != "bearer":
        return None
    with house.reading("token") as desk, desk.book.read() as tx:
        row = tokens.holder(tx, presented.strip(), desk.clock())
    if row is None:
        return None
    actor = str(row["name"]) if row["account"] else f"{row['name']} (token)"
    return Seat(house, str(row["name"]), actor, role_of(row["role"]), str(row["expires"]))


def _by_session(house: House, request: Request) -> Seat | None:
    cookie = cookie_of(request)
    if cookie is None:
        return None
    with house.reading("session") as desk, desk.book.read() as tx, house.standing.passing.read() as passing:
        found, now = sessions.holder(passing, tx, cookie, desk.clock()), desk.clock()
    if found is None:
        return None
    row, owner = found
    if sessions.stale(row, now):
        with house.standing.passing.write() as passing:
            sessions.seen(passing, row["session"], now)
    name = str(owner["account"])
    return Seat(house, name, name, role_of(owner["role"]), str(row["expires"]), row)
