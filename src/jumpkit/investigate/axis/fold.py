"""Rows that say the same within minutes as one, for readers; every row's id stays in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

APART = timedelta(minutes=10)
_SAME = ("kind", "severity", "phase", "text", "operation", "service", "outcome", "address", "why", "account", "region")


def folded(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows in order, repeated ones as one with `count`, `until` (the end of the last) and `uids`."""
    found: list[dict[str, Any]] = []
    latest: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        at = datetime.fromisoformat(row["time"])
        ends = datetime.fromisoformat(row["until"]) if row["until"] else at
        key = (*(row[name] for name in _SAME), (row["principal"] or {}).get("uid"))
        held = latest.get(key)
        if held is not None and row["kind"] in ("event", "reported") and at - held["ends"] <= APART:
            held["count"] += 1
            held["ends"] = max(held["ends"], ends)
            held["uids"].append(row["uid"])
            continue
        made = dict(row) | {"count": 1, "at": at, "ends": ends, "open": row["kind"] == "gap" and not row["until"]}
        made["uids"] = [row["uid"]]
        latest[key] = made
        found.append(made)
    return found
