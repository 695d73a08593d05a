"""Tokens of programs: shown once, kept as a digest, with a role and an end."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.admit.accounts import name_of
from jumpkit.admit.change import By, Change, later, over, span_of
from jumpkit.admit.rights import role_of
from jumpkit.kit.clock import stamp
from jumpkit.kit.digest import sha256_hex
from jumpkit.kit.errors import NotFound, Refused
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from datetime import datetime

    from jumpkit.store.book import Tx

PREFIX = "jk"
LONGEST = timedelta(days=366)


def mint(tx: Tx, by: By, name: str, role: str, expires: str) -> tuple[Change, dict[str, Any], str]:
    """Return the change, the row, and the secret, which is known to nobody from then on.

    Raises:
        BadUsage: name, role or span cannot be used.
        Refused: it would act for an account that is disabled.

    """
    known = name_of(name)
    owner = tx.one("account", case=WORKSPACE, account=known)
    if owner and owner["disabled"]:
        raise Refused(f"{known} is disabled", target=known, hint="jumpkit user list")
    made, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    row = {"case": WORKSPACE, "token": made, "name": known, "account": known if owner else None}
    row |= {"role": role_of(role).role, "digest": sha256_hex(secret.encode()), "revoked": None}
    row |= {"expires": later(by.clock(), span_of(expires, LONGEST)), **by.stamps()}
    body = {name: row[name] for name in ("token", "name", "account", "role", "expires")}
    told = f"token {made} of {known}, {role}, until {row['expires']}"
    return Change("token.made", told, body, {"token": [row]}), row, f"{PREFIX}_{made}_{secret}"


def revoke(tx: Tx, by: By, token: str) -> Change:
    """End a token.

    Raises:
        NotFound: there is no such token.
        Refused: it ended already.

    """
    row = tx.one("token", case=WORKSPACE, token=token)
    if row is None:
        raise NotFound(f"there is no token {token}", target=token, hint="jumpkit token list")
    if row["revoked"]:
        raise Refused(f"{token} was revoked already", target=token, hint="jumpkit token list")
    new = {**row, "revoked": stamp(by.clock())}
    return Change("token.revoked", f"token {token} of {row['name']} is over", {"token": token}, {"token": [new]})


def holder(tx: Tx, presented: str, now: datetime) -> dict[str, Any] | None:
    """Return the row of the token that was presented, None where it opens nothing."""
    prefix, _, rest = presented.partition("_")
    made, _, secret = rest.partition("_")
    row = tx.one("token", case=WORKSPACE, token=made) if prefix == PREFIX and len(made) < 64 else None  # noqa: PLR2004 - no id is longer
    right = secrets.compare_digest(sha256_hex(secret.encode()), row["digest"] if row else "0" * 64)
    if row is None or not right or row["revoked"] or over(row["expires"], now):
        return None
    if row["account"]:
        owner = tx.one("account", case=WORKSPACE, account=row["account"])
        if owner is None or owner["disabled"]:
            return None
    return row


def shown(row: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return a token as lists show it, without what opens anything."""
    kept = {
        name: row[name] for name in ("token", "name", "account", "role", "expires", "revoked", "recorded", "author")
    }
    return kept | {"live": not row["revoked"] and not over(row["expires"], now)}
