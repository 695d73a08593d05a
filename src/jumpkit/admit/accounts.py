"""Accounts: people who come in by a name; they are disabled, never removed, since the ledger names them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jumpkit.admit.change import By, Change
from jumpkit.admit.passwords import hashed
from jumpkit.admit.rights import role_of
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, NotFound, Refused
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from jumpkit.store.book import Tx

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")


def name_of(text: str) -> str:
    """Return a name that an account or token can have, in small letters.

    Raises:
        BadUsage: it holds what no name holds.

    """
    if not _NAME.fullmatch(text.strip()):
        raise BadUsage(f"{text!r} is no name for this", target="name", hint="letters, digits and . _ @ + -, up to 64")
    return text.strip().lower()


def add(tx: Tx, by: By, name: str, role: str, password: str | None, subject: str | None = None) -> Change:
    """Add an account; one without a password comes in from elsewhere only.

    Raises:
        Refused: there is one of that name, or a token that acts for itself.
        BadUsage: name, role or password cannot be used.

    """
    new = name_of(name)
    if tx.one("account", account=new):
        raise Refused(f"there is an account {new} already", target=new, hint="jumpkit user passwd, or another name")
    if any(not row["account"] and not row["revoked"] for row in tx.rows("token", name=new)):
        raise Refused(f"a token acts by the name {new}", target=new, hint="another name, or revoke the token")
    row = {"case": WORKSPACE, "account": new, "role": role_of(role).role, "subject": subject, "disabled": None}
    row |= {"password": hashed(password, new) if password is not None else None}
    row |= {"changed": stamp(by.clock()), **by.stamps()}
    body = {"account": new, "role": role} | ({"subject": subject} if subject else {})
    return Change("account.added", f"{new} may come in as {role}", body, {"account": [row]})


def disable(tx: Tx, by: By, name: str) -> Change:
    """Shut an account: its sessions and tokens end with it.

    Raises:
        NotFound: there is no such account.
        Refused: it is the last one that keeps accounts.

    """
    row = account_row(tx, name)
    others = [each for each in live(tx) if each["role"] == "admin" and each["account"] != row["account"]]
    if row["role"] == "admin" and not row["disabled"] and not others:
        hint = "jumpkit user add NAME --role admin"
        raise Refused("nobody would be left who keeps accounts", target=row["account"], hint=hint)
    new = {**row, "disabled": stamp(by.clock())}
    return Change("account.disabled", f"{row['account']} is shut out", {"account": row["account"]}, {"account": [new]})


def enable(tx: Tx, by: By, name: str) -> Change:
    """Open a disabled account again; sessions from before stay over."""
    row = account_row(tx, name)
    new = {**row, "disabled": None, "changed": stamp(by.clock())}
    return Change(
        "account.enabled", f"{row['account']} may come in again", {"account": row["account"]}, {"account": [new]}
    )


def set_password(tx: Tx, by: By, name: str, password: str) -> Change:
    """Give an account another password; every session from before is over.

    Raises:
        NotFound: there is no such account.
        BadUsage: the password cannot be used.

    """
    row = account_row(tx, name)
    new = {**row, "password": hashed(password, row["account"]), "changed": stamp(by.clock())}
    told = f"{row['account']} has another password; every session from before is over"
    return Change("account.password", told, {"account": row["account"]}, {"account": [new]})


def set_role(tx: Tx, name: str, role: str) -> Change:
    """Give an account another role.

    Raises:
        NotFound: there is no such account.

    """
    row = account_row(tx, name)
    new = {**row, "role": role_of(role).role}
    body = {"account": row["account"], "was": row["role"], "now": role}
    return Change("account.role", f"{row['account']} is {role}", body, {"account": [new]})


def account_row(tx: Tx, name: str) -> dict[str, Any]:
    """Return an account.

    Raises:
        NotFound: there is no such account.

    """
    row = tx.one("account", case=WORKSPACE, account=name.strip().lower())
    if row is None:
        raise NotFound(f"there is no account {name}", target=name, hint="jumpkit user list")
    return row


def live(tx: Tx) -> list[dict[str, Any]]:
    """Return the accounts that are not disabled."""
    return [row for row in tx.rows("account", case=WORKSPACE) if row["disabled"] is None]


def shown(row: dict[str, Any], factors: int) -> dict[str, Any]:
    """Return an account as lists show it."""
    kept = {name: row[name] for name in ("account", "role", "disabled", "recorded", "author")}
    return kept | {"password": row["password"] is not None, "subject": row["subject"], "factors": factors}
