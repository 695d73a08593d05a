"""Moments as indicators state them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def milliseconds(value: Any) -> int | None:
    """Return ms since 1970 of an ISO 8601 text or of seconds since 1970, None where nothing is said.

    >>> milliseconds("2026-01-01"), milliseconds("0"), milliseconds(None)
    (1767225600000, None, None)
    """
    if value in (None, "", 0, "0"):
        return None
    text = str(value).strip()
    if text.isdigit():
        return int(text) * 1000
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadMoment(f"{text[:40]!r} is no time") from error
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


class BadMoment(ValueError):
    """A time that cannot be read."""


def span(begin: Any, end: Any) -> tuple[int | None, int | None, str | None]:
    """Return from when until when something holds (ms since 1970), and why that cannot be read."""
    try:
        since, until = milliseconds(begin), milliseconds(end)
    except BadMoment as error:
        return None, None, str(error)
    if since is not None and until is not None and until <= since:
        return since, until, "it ends before it begins"
    return since, until, None
