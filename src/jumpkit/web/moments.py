"""Moments as pages show them: the day and minute in UTC, and how far away they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def day(text: Any) -> str:
    """Return a moment of the book to the minute.

    >>> day("2026-03-28T22:30:12.5Z"), day(None)
    ('2026-03-28 22:30', 'unknown')
    """
    return "unknown" if text is None else f"{str(text)[:10]} {str(text)[11:16]}"


def ago(text: str, now: datetime) -> str:
    """Return how long ago something was."""
    return f"{_span((now - datetime.fromisoformat(text)).total_seconds())} ago"


def left(text: str, now: datetime) -> str:
    """Return how long it is until a moment, or since when it is over."""
    seconds = (datetime.fromisoformat(text) - now).total_seconds()
    return f"{_span(seconds)} left" if seconds >= 0 else f"{_span(-seconds)} over"


def _span(seconds: float) -> str:
    for size, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {unit}"
    return "1 min" if seconds >= _MINUTE else "less than a minute"
