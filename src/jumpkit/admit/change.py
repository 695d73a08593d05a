"""What changes who may come in: rows that are vouched for, the ledger's line, and a sentence for whoever did it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import Clock, stamp
from jumpkit.kit.errors import BadUsage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


@dataclass(frozen=True, slots=True)
class Change:
    """One change, complete."""

    kind: str  # of the ledger's line
    told: str
    body: Mapping[str, Any]
    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class By:
    """Who changes it, and by which clock."""

    actor: str
    clock: Clock

    def stamps(self) -> dict[str, str]:
        """Return the columns that say when a row was recorded, and by whom."""
        return {"recorded": stamp(self.clock()), "author": self.actor}


def at(moment: str) -> datetime:
    """Return a moment of the book."""
    return datetime.fromisoformat(moment)


def later(now: datetime, span: timedelta) -> str:
    """Return the moment that lies `span` after now."""
    return stamp(now + span)


def over(moment: str | None, now: datetime) -> bool:
    """Tell whether a moment of the book has come; null never comes."""
    return moment is not None and at(moment) <= now


def span_of(text: str, most: timedelta) -> timedelta:
    """Return a span of time written as `90s`, `30m`, `1h`, `7d` or `2w`.

    >>> span_of("1h", timedelta(days=1))
    datetime.timedelta(seconds=3600)

    Raises:
        BadUsage: it is none, nothing, or longer than `most`.

    """
    digits, unit = text.strip()[:-1], text.strip()[-1:]
    if unit not in _UNITS or not digits.isdecimal() or len(digits) > 9 or int(digits) == 0:  # noqa: PLR2004 - digits
        raise BadUsage(f"{text!r} is no span of time", target="expires", hint="such as 30m, 1h, 7d")
    span = timedelta(seconds=int(digits) * _UNITS[unit])
    if span > most:
        raise BadUsage(f"{text} is longer than {most.days} days", target="expires", hint="nothing here lasts longer")
    return span
