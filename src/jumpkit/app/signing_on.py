"""Somebody comes in by single sign-on: their account is made, or given the role that their groups have now."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from jumpkit.admit import accounts, factors, sessions
from jumpkit.admit.oidc import Person, Provider, Trip, come_back, provider_of, way_out
from jumpkit.admit.refusals import NotAdmitted
from jumpkit.app.admission import change
from jumpkit.app.coming import note
from jumpkit.app.settings import OIDC, table_of

if TYPE_CHECKING:
    from jumpkit.admit.change import By, Change
    from jumpkit.admit.sessions import From
    from jumpkit.app.standing import Standing
    from jumpkit.store.book import Tx


def provider(standing: Standing) -> Provider | None:
    """Return who vouches for people, None where nobody does."""
    return provider_of(table_of(standing.opening.home, OIDC))


def leave(standing: Standing, vouching: Provider, there: str) -> tuple[str, bytes]:
    """Return where to send a browser, and what it must bring back, sealed."""
    trip = Trip(there)
    return way_out(vouching, trip), factors.seal_of(standing.opening.home).encrypt(json.dumps(asdict(trip)).encode())


def arrive(standing: Standing, vouching: Provider, sealed: str, back: tuple[str, str], where: From) -> tuple[str, str]:
    """Open a session for who came back; return the cookie and where to go on. `back` is the address, and its state.

    Raises:
        NotAdmitted: it is not the trip on which we sent them, or nobody vouches for them.

    """
    trip = Trip(**json.loads(factors.opened(standing.opening.home, sealed)))
    person = come_back(vouching, trip, *back)
    account = _account(standing, person)
    with standing.passing.write() as passing:
        _, cookie = sessions.begin(passing, account, standing.opening.clock(), where, stepped=False)
    note(standing.opening, "session.opened", {"account": account, "address": where.address, "by": vouching.issuer})
    return cookie, trip.there


def _account(standing: Standing, person: Person) -> str:
    """Return the account of a person, made where there is none; an account of another is never taken over."""
    how = standing.opening
    assert how.standing is not None  # noqa: S101 - a server's workspace has one
    with how.standing.read() as tx:
        row: dict[str, Any] | None = tx.one("account", subject=person.subject)
    if row is not None and row["disabled"]:
        raise NotAdmitted("this account is shut", target="oidc", hint="ask whoever keeps the accounts")
    if row is not None and row["role"] == person.role:
        return str(row["account"])
    if row is not None:
        name = str(row["account"])
        change(how, lambda tx, _by: accounts.set_role(tx, name, person.role))
        return name

    def made(tx: Tx, by: By) -> Change:
        return accounts.add(tx, by, person.name, person.role, None, person.subject)

    return str(change(how, made)["account"])
