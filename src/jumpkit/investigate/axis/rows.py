"""One row of the axis: the same keys whatever it is of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jumpkit.investigate.axis.asked import KINDS
from jumpkit.kit.digest import short_id

Row = dict[str, Any]
_STATES = {"gap": "unknown", "note": "stated", "moment": "stated"}
_EMPTY = (
    "until", "original_time", "precision", "source", "principal", "operation", "service", "outcome", "account",
    "region", "address", "peer", "agent", "resource", "phase", "severity", "event", "record", "text",
)  # fmt: skip


def row(kind: str, time: str, **said: Any) -> Row:
    """Return a row with every key; `events` are the ids that it leads to, `uid` its event's or one of its own."""
    made: Row = {"time": time, "kind": kind, "state": _STATES.get(kind, "confirmed"), "why": None}
    made |= dict.fromkeys(_EMPTY)
    made |= {"techniques": [], "tactics": [], "findings": [], "events": [], "more": 0, "names": []}
    made |= said
    made["uid"] = made["event"] or short_id("T", kind, time, str(made["until"]), str(made["text"]), str(made["region"]))
    made["at"] = datetime.fromisoformat(time)
    if made["event"] and not made["events"]:
        made["events"] = [made["event"]]
    return made


def place(made: Row) -> tuple[datetime, int, str, str]:
    """Return what rows are sorted by: time, kind, event, words."""
    return made["at"], KINDS.index(made["kind"]), made["event"] or "", made["text"] or ""
