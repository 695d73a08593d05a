"""An incident with a known truth: a leaked key, and a day and a half of ordinary life around it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from jumpkit.lab.estate import World, load_world, scenario
from jumpkit.lab.files import write_files
from jumpkit.lab.life import day_of_life
from jumpkit.lab.mint import Mint
from jumpkit.lab.record import Diary, Entry, Json
from jumpkit.lab.story import Played, play
from jumpkit.lab.truth import Silence, Step, Truth, moment

if TYPE_CHECKING:
    from pathlib import Path

Gap = tuple[str, str, datetime, datetime]  # account, region, from, to


def write_incident(folder: Path, *, seed: int = 1, start: datetime, events_per_day: int = 22000) -> Truth:
    """Write the logs of the incident under `folder` and return what really happened; `start` is a day in UTC."""
    world = load_world(seed)
    first = start.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    attack = scenario("attacks", "leaked_ci_key.yaml")
    days = [(number, first + timedelta(days=number - 1)) for number in (1, 2)]
    entries = [entry for number, day in days for entry in day_of_life(world, day, number, events_per_day)]
    diary = Diary(Mint.of(seed, "attack"))
    begun = first + timedelta(hours=attack["begins"])
    played = play(world, diary, attack, begun)
    end = first + timedelta(hours=attack["hours"])
    silence = _silence(world, attack, played)
    seen = [entry for entry in entries + diary.entries if entry.when < end and not _unlogged(entry, silence)]
    write_files(seen, folder, Mint.of(seed, "files"))
    return _truth(diary, played, silence, seen)


def _silence(world: World, attack: Json, played: list[Played]) -> Gap:
    """Return the account and region whose trail was stopped, and when it stopped and went on."""
    stopped = next(step for step in played if step.step == attack["silence"]["from"])
    resumed = next(step for step in played if step.step == attack["silence"]["to"])
    account = world.accounts[attack["silence"]["account"]]
    return account, stopped.region, stopped.first + timedelta(seconds=60), resumed.first


def _unlogged(entry: Entry, silence: Gap) -> bool:
    account, region, since, until = silence
    return entry.account == account and entry.region == region and since <= entry.when < until


def _truth(diary: Diary, played: list[Played], silence: Gap, seen: list[Entry]) -> Truth:
    records = {entry.record["eventID"]: entry.record for entry in diary.entries}
    present = {entry.record["eventID"] for entry in seen}
    bad = [step for step in played if step.technique]
    steps = tuple(
        Step(step.step, str(step.technique), step.account, step.region, moment(step.first), _kept(step, present))
        for step in bad
    )
    made = [records[event]["userIdentity"] for step in bad for event in step.events]
    called = [records[event]["sourceIPAddress"] for step in bad for event in step.events]
    return Truth(
        principals=tuple(sorted({who["arn"] for who in made if "arn" in who})),
        keys=tuple(sorted({who["accessKeyId"] for who in made if "accessKeyId" in who})),
        addresses=tuple(sorted({ip for ip in called if not ip.endswith(".com")})),
        techniques=tuple(sorted({step.technique for step in steps})),
        steps=steps,
        silence=Silence(silence[0], silence[1], moment(silence[2]), moment(silence[3])),
        events=len(seen),
    )


def _kept(step: Played, present: set[str]) -> tuple[str, ...]:
    return tuple(event for event in step.events if event in present)
