"""The hum of an estate: what machines call all day, by the shares of a table."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING

from jumpkit.lab.mint import Mint
from jumpkit.lab.record import Diary, Json
from jumpkit.lab.story import enter, make_call

if TYPE_CHECKING:
    from jumpkit.lab.estate import World

_SESSION = timedelta(minutes=50)


def hum(world: World, row: Json, day: datetime, calls: int) -> Diary:
    """Return what one row of the table does on a day in about `calls` calls, over its accounts and regions."""
    mint = Mint.of(world.seed, "hum", row["id"], day.date())
    diary = Diary(mint)
    places = list(product(row["accounts"], row["regions"]))
    burst = row.get("burst", 40)
    sittings = -(-calls // burst)
    for number in range(sittings):
        hour = _hour(row.get("hours", "all"), (number + mint.rng.random()) / sittings)
        place = places[(number + day.toordinal()) % len(places)]
        _sitting(world, diary, row, (day + timedelta(hours=hour), place), min(burst, calls - number * burst))
    return diary


def _sitting(world: World, diary: Diary, row: Json, at: tuple[datetime, tuple[str, str]], calls: int) -> None:
    mint = diary.mint
    begun, (home, region) = at
    words = world.words(mint)
    account = world.accounts[home]
    spec = words.fill(row["actor"])
    actor = enter(world, diary, spec, account, (begun, region))
    span = min(_SESSION.total_seconds(), row.get("spread", 2400))
    moments = sorted(mint.rng.random() * span for _ in range(calls))
    for moment in moments:
        make_call(diary, words, actor, (begun + timedelta(seconds=1 + moment), region), mint.pick(row["calls"]))


def _hour(hours: str, part: float) -> float:
    """Return an hour by how much of the time has passed: of the whole day, of the office's, or of the night."""
    first, last = {"office": (7.5, 16.5), "night": (0.0, 4.5), "all": (0.0, 24.0)}[hours]
    return first + part * (last - first)
