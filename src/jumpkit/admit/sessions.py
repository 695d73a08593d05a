"""Sessions of people in a browser: each ends at rest, at its term, when it is revoked, or when its account changes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.admit.change import at, later, over
from jumpkit.kit.clock import stamp
from jumpkit.kit.digest import sha256_hex
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from datetime import datetime

    from jumpkit.store.book import Tx

IDLE = timedelta(minutes=60)
TERM = timedelta(hours=12)
_NOTED = timedelta(minutes=1)  # a session's last use is known to the minute, and costs a write a minute
_AGENT = 200  # characters that are kept


@dataclass(frozen=True, slots=True)
class From:
    """Where somebody comes from."""

    address: str
    agent: str


def begin(tx: Tx, account: str, now: datetime, where: From, *, stepped: bool) -> tuple[dict[str, Any], str]:
    """Open a session; return its row and the cookie, of which only a digest is kept."""
    cookie = secrets.token_urlsafe(32)
    row: dict[str, Any] = {
        "session": sha256_hex(cookie.encode()),
        "account": account,
        "csrf": secrets.token_urlsafe(24),
    }
    row |= {"began": stamp(now), "seen": stamp(now), "expires": later(now, TERM), "ended": None}
    row |= {"stepped": stamp(now) if stepped else None, "address": where.address, "agent": where.agent[:_AGENT]}
    for old in tx.rows("session", account=account):
        if over(old["expires"], now):
            tx.delete("session", session=old["session"])
    tx.insert("session", [row])
    return row, cookie


def holder(passing: Tx, tx: Tx, cookie: str, now: datetime) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return the session and its account, None where the cookie opens nothing."""
    row = passing.one("session", session=sha256_hex(cookie.encode()))
    owner = tx.one("account", case=WORKSPACE, account=row["account"] if row else "")
    if row is None or owner is None or owner["disabled"] or row["ended"]:
        return None
    if over(row["expires"], now) or at(row["seen"]) <= now - IDLE or at(row["began"]) < at(owner["changed"]):
        return None
    return row, owner


def stale(row: dict[str, Any], now: datetime) -> bool:
    """Tell whether it is time to note that a session is in use."""
    return at(row["seen"]) <= now - _NOTED


def seen(tx: Tx, session: str, now: datetime) -> None:
    """Note that a session is in use; one that ended meanwhile stays ended."""
    row = tx.one("session", session=session)
    if row is not None and not row["ended"]:
        tx.upsert("session", [{**row, "seen": stamp(now)}])


def end(tx: Tx, now: datetime, *, session: str | None = None, account: str | None = None) -> int:
    """End one session, or all of an account; return how many were open."""
    rows = tx.rows("session", session=session) if session else tx.rows("session", account=account)
    open_ = [row for row in rows if not row["ended"] and not over(row["expires"], now)]
    tx.upsert("session", [{**row, "ended": stamp(now)} for row in open_])
    return len(open_)
