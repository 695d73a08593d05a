"""Failed attempts to come in: counted by account and address, locked for a while; no name is given away."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from jumpkit.admit.change import at, later, over
from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jumpkit.store.book import Tx

_WINDOW = timedelta(minutes=15)
_MOST = {"both": 5, "account": 50, "address": 30}  # failures within the window; an account alone is hard to lock out


def locked(tx: Tx, account: str, address: str, now: datetime) -> str | None:
    """Return until when nobody is let in by this name from there, None where they may try."""
    rows = [tx.one("attempt", what=what) for what in _keys(account, address).values()]
    until = [row["until"] for row in rows if row and row["until"] and not over(row["until"], now)]
    return max(until, default=None)


def failed(tx: Tx, account: str, address: str, now: datetime) -> bool:
    """Count a failure, and tell whether it locked something that was open."""
    shut = False
    for kind, what in _keys(account, address).items():
        row = tx.one("attempt", what=what)
        if row is None or at(row["since"]) <= now - _WINDOW:
            row = {"what": what, "failures": 0, "since": stamp(now), "until": None}
        count = int(row["failures"]) + 1
        until = later(now, _WINDOW) if count >= _MOST[kind] else None
        shut = shut or (until is not None and row["until"] is None)
        tx.upsert("attempt", [{**row, "failures": count, "until": until}])
    return shut


def forgiven(tx: Tx, account: str, address: str) -> None:
    """Forget the failures of whoever came in after all."""
    tx.delete("attempt", what=_keys(account, address)["both"])


def _keys(account: str, address: str) -> Mapping[str, str]:
    name = account.strip().lower()[:64]
    return {"both": f"both:{name}|{address}"[:500], "account": f"account:{name}", "address": f"address:{address}"[:500]}
