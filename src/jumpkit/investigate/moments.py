"""Milliseconds since 1970, as the lake has them, and moments, as nouns have them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000


def moment(milliseconds: int) -> datetime:
    """Return the moment in UTC.

    >>> moment(1_688_990_400_000).isoformat()
    '2023-07-10T12:00:00+00:00'
    """
    return _EPOCH + timedelta(milliseconds=milliseconds)
