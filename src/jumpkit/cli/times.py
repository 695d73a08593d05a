"""Moments as people write them on a command line."""

from __future__ import annotations

from datetime import datetime

from jumpkit.kit.errors import BadUsage


def moment_of(text: str | None) -> datetime | None:
    """Return the moment of RFC 3339 text, None for no text.

    Raises:
        BadUsage: it is no moment, or says no zone.

    """
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadUsage("this is no moment", target=text, hint="write it as 2026-03-02T09:00:00Z") from error
    if found.tzinfo is None:
        raise BadUsage("the moment has no zone", target=text, hint="write it as 2026-03-02T09:00:00Z")
    return found
