"""The hum of an estate: what machines call all day, by the shares of a table."""

from __future__ import annotations

from datetime import datetime, timedelta
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
    left = calls
    while left > 0:
        left -= _sitting(world, diary, row, day, min(left, row.get("burst", 40)))
    return diary


def _sitting(world: World, diary: Diary, row: Json, day: datetime, calls: int) -> int:
    mint = diary.mint
    words = world.words(mint)
    begun = day + timedelta(seconds=_hour(mint, row.get("hours", "all")) * 3600)
    region = mint.pick(row["regions"])
    account = world.accounts[mint.pick(row["accounts"])]
    spec = words.fill(row["actor"])
    actor = enter(world, diary, spec, account, (begun, region))
    span = min(_SESSION.total_seconds(), row.get("spread", 2400))
    moments = sorted(mint.rng.random() * span for _ in range(calls))
    for moment in moments:
        make_call(diary, words, actor, (begun + timedelta(seconds=1 + moment), region), mint.pick(row["calls"]))
    return calls


def _hour(mint: Mint, hours: str) -> float:
    """Return an hour of the day: any, the office's, or the night's."""
    if hours == "office":
        return 7.5 + mint.rng.random() * 9
    if hours == "night":
        return mint.rng.random() * 4.5
    return mint.rng.random() * 23
