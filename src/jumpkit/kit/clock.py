"""Time in UTC, handed to whoever needs it; nobody else asks the system clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present moment in UTC, with microseconds."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Return RFC 3339 in UTC with `Z`; a fraction only where there is one.

    >>> stamp(datetime(2023, 7, 10, 12, 29, 18, tzinfo=UTC))
    '2023-07-10T12:29:18Z'
    """
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
