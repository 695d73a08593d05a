"""A day in the estate: the stories that are due, and the hum of machines around them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from jumpkit.lab.estate import World, scenario, stories
from jumpkit.lab.mint import Mint
from jumpkit.lab.noise import hum
from jumpkit.lab.record import Diary, Entry, Json
from jumpkit.lab.story import play

if TYPE_CHECKING:
    from collections.abc import Iterator

_WEEKEND = 6


def day_of_life(world: World, day: datetime, number: int, events: int) -> list[Entry]:
    """Return about `events` entries of one benign day; `number` counts the days of the scenario from 1."""
    entries: list[Entry] = []
    for name, story in stories("life").items():
        for nth, begun in enumerate(_due(story["when"], day, number, Mint.of(world.seed, "due", name, number))):
            diary = Diary(Mint.of(world.seed, name, number, nth))
            play(world, diary, story, begun)
            entries += diary.entries
    table = scenario("hum.yaml")["rows"]
    room = max(0, events - len(entries))
    whole = sum(row["share"] for row in table)
    for row in table:
        entries += hum(world, row, day, round(room * row["share"] / whole)).entries
    return entries


def _due(when: Json, day: datetime, number: int, mint: Mint) -> Iterator[datetime]:
    """Yield when a story begins on this day: `day` lists day numbers, `days` says workdays or all, `times` UTC."""
    if "day" in when and number not in when["day"]:
        return
    if when.get("days") == "workdays" and day.isoweekday() >= _WEEKEND:
        return
    jitter = when.get("jitter", 5) * 60
    for text in when["times"]:
        hours, minutes = (int(part) for part in text.split(":"))
        late = int(mint.rng.random() * jitter)
        yield day + timedelta(hours=hours, minutes=minutes, seconds=late)
