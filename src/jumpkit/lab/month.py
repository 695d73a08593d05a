"""A month in which nothing bad happens: what a quiet detection must stay quiet on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from jumpkit.lab.estate import load_world
from jumpkit.lab.files import write_files
from jumpkit.lab.life import day_of_life
from jumpkit.lab.mint import Mint

if TYPE_CHECKING:
    from pathlib import Path


def write_month(folder: Path, *, seed: int, start: datetime, days: int = 30, events_per_day: int = 2000) -> int:
    """Write `days` benign days of logs under `folder`, a day at a time, and return the number of events.

    `events_per_day` is met but for a day's stories, which are played whole. `start` is taken as a day in UTC.
    """
    world = load_world(seed)
    first = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    total = 0
    for number in range(1, days + 1):
        day = first + timedelta(days=number - 1)
        entries = day_of_life(world, day, number, events_per_day)
        write_files(entries, folder, Mint.of(seed, "files", number))
        total += len(entries)
    return total
