"""The lab's clock: the emulator's own, moved for the length of one call where the caller lives in another hour."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import moto.core.utils

if TYPE_CHECKING:
    from collections.abc import Iterator

_OFF: ContextVar[timedelta] = ContextVar("off", default=timedelta(0))


def now() -> datetime:
    """Return the time of the call at hand, in UTC."""
    return datetime.now(UTC) + _OFF.get()


@contextmanager
def moved(seconds: float) -> Iterator[None]:
    """Let the calls inside happen that many seconds from now."""
    before = _OFF.set(timedelta(seconds=seconds))
    try:
        yield
    finally:
        _OFF.reset(before)


def install() -> None:
    """Hand the emulator this clock; before its services are loaded, since each takes the function when it loads."""
    moto.core.utils.utcnow = lambda: now().replace(tzinfo=None)
