"""What every answer about a case is made of: items with a state and its events, and what limits them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.investigate.moments import moment
from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_EVENTS = 100  # ids in one item; how many more there are stands beside them

Item = dict[str, Any]
Limit = dict[str, str]


def cited(events: Iterable[str], total: int | None = None) -> dict[str, Any]:
    """Return `events`, sorted and no more than are worth reading, and `more`, the count of those left out."""
    distinct = sorted(set(events))
    shown = distinct[:MOST_EVENTS]
    return {"events": shown, "more": max(len(distinct) if total is None else total, len(distinct)) - len(shown)}


def limit(what: str, because: str) -> Limit:
    """Return one thing that an answer cannot say, and why."""
    return {"what": what, "because": because}


def at(milliseconds: int) -> str:
    """Return a moment as answers write it."""
    return stamp(moment(milliseconds))


def distinct(limits: Iterable[Limit]) -> list[Limit]:
    """Return the limits without repetition, in the order in which they came."""
    return list({(each["what"], each["because"]): each for each in limits}.values())
