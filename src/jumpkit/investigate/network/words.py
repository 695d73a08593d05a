"""Figures as sentences have them."""

from __future__ import annotations

_UNITS = ("B", "KB", "MB", "GB", "TB", "PB")
_STEP = 1000


def size(count: float) -> str:
    """Return bytes in the unit that people read.

    >>> size(950), size(1_500_000)
    ('950 B', '1.5 MB')
    """
    value, place = float(count), 0
    while value >= _STEP and place < len(_UNITS) - 1:
        value, place = value / _STEP, place + 1
    return f"{value:.0f} {_UNITS[place]}" if place == 0 else f"{value:.3g} {_UNITS[place]}"


def length(milliseconds: float) -> str:
    """Return a length of time.

    >>> length(296_000), length(600_000), length(9_000_000)
    ('296 s', '10 min', '2 h 30 min')
    """
    seconds = round(milliseconds / 1000)
    minutes = round(seconds / 60)
    hours = minutes // 60
    if seconds < 600:  # noqa: PLR2004 - ten minutes
        return f"{seconds} s"
    if hours < 2:  # noqa: PLR2004 - two hours
        return f"{minutes} min"
    return f"{hours} h {minutes % 60} min" if hours < 48 else f"{hours / 24:.1f} days"  # noqa: PLR2004 - two days


def counted(number: int, one: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "address"), counted(2, "flow")
    ('1 address', '2 flows')
    """
    many = f"{one}es" if one.endswith(("s", "ch")) else f"{one}s"
    return f"{number:,} {one if number == 1 else many}"
