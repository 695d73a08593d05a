"""Stories: what a few actors do one after another, read from a scenario file and played into a diary."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.lab.doors import federate, for_service, on_instance, sign_in
from jumpkit.lab.identity import Role, assume, on_behalf, service, user
from jumpkit.lab.mint import Mint
from jumpkit.lab.record import Actor, Call, Diary, Json, note

if TYPE_CHECKING:
    from jumpkit.lab.estate import World
    from jumpkit.lab.fill import Words


@dataclass(frozen=True, slots=True)
class Played:
    """A step as it went: its name, its technique if it is part of an attack, and the ids of its events."""

    step: str
    technique: str | None
    account: str
    region: str
    first: datetime
    events: tuple[str, ...]


@dataclass(slots=True)
class Stage:
    """A story while it is played: where, since when, and the actors who have appeared."""

    world: World
    diary: Diary
    words: Words
    story: Json
    begun: datetime
    actors: dict[str, Actor] = field(default_factory=dict)


def play(world: World, diary: Diary, story: Json, begun: datetime) -> list[Played]:
    """Play a story from `begun` on; each step starts `after` the beginning or where the one before ended."""
    stage = Stage(world, diary, world.words(diary.mint), story, begun)
    now = begun
    told: list[Played] = []
    for step in story["steps"]:
        if "after" in step:
            now = begun + _duration(step["after"])
        played, now = _step(stage, step, now)
        told.append(played)
    return told


def _duration(text: str) -> timedelta:
    hours, minutes, seconds = (int(part) for part in text.split(":"))
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _step(stage: Stage, step: Json, now: datetime) -> tuple[Played, datetime]:
    here = {"step": stage.story["title"]} | stage.story | step
    region: str = here["region"]
    actor, ids = _actor(stage, step["actor"], (now, region))
    low, high = step.get("gap", (1, 5))
    first = now
    for spec in step["calls"]:
        for _ in range(spec.get("times", 1) if isinstance(spec, dict) else 1):
            now += timedelta(seconds=low + stage.diary.mint.rng.random() * (high - low))
            ids.append(make_call(stage.diary, stage.words, actor, (now, region), spec))
    return Played(here["step"], step.get("technique"), actor.account, region, first, tuple(ids)), now


def make_call(diary: Diary, words: Words, actor: Actor, at: tuple[datetime, str], spec: Json | str) -> str:
    """Let `actor` make the call that a scenario file describes at (time, region); returns the event's id."""
    if isinstance(spec, str):
        spec = {"call": spec}
    when, region = at
    words.named["region"] = spec.get("region", region)
    words.named["me"] = actor.account
    filled: dict[str, Any] = words.fill(spec)
    more: Json = dict(filled.get("more", {}))
    if filled.get("data"):
        more |= {"managementEvent": False, "eventCategory": "Data"}
    name, operation = filled["call"].split()
    error = tuple(filled["error"]) if "error" in filled else None
    call = Call(name, operation, filled.get("request"), filled.get("response"), error, more)
    who = on_behalf(actor, filled["behalf"]) if "behalf" in filled else actor
    return note(diary, who, when, filled.get("region", region), call)


def _actor(stage: Stage, name: str, at: tuple[datetime, str]) -> tuple[Actor, list[str]]:
    """Return an actor of the story, who comes in at the first call; ids are those of the call that let them in."""
    if name in stage.actors:
        return stage.actors[name], []
    spec = stage.words.fill(stage.story["actors"][name])
    account = stage.world.accounts[spec.get("account", stage.story["account"])]
    before = (at[0] - timedelta(seconds=2), spec.get("region", at[1]))
    ids: list[str] = []
    if "assume" in spec:
        caller, _ = _actor(stage, spec["by"], at)
        role = Role(account, spec["assume"], spec["session"], seconds=14400)
        actor, ids = assume(stage.world, stage.diary, caller, role, (at[0], before[1]))
    else:
        actor = enter(stage.world, stage.diary, spec, account, before)
    actor = replace(actor, ip=spec.get("ip", actor.ip), agent=spec.get("agent", actor.agent))
    stage.actors[name] = actor
    return actor, ids


def enter(world: World, diary: Diary, spec: Json, account: str, at: tuple[datetime, str]) -> Actor:
    """Let someone in through the door that the description names: user, person, pipeline, service, machine."""
    if "user" in spec:
        return Actor(user(world, spec["user"], account, spec.get("key")), account, spec["ip"], spec["agent"])
    if "person" in spec:
        return sign_in(world, diary, spec["person"], account, at)
    if "service" in spec and "role" not in spec:
        name = spec["service"]
        return Actor(service(name), account, name, name)
    role = Role(account, spec["role"], spec["session"], spec.get("path", ""))
    if "service" in spec:
        return for_service(world, diary, spec["service"], role, at)
    if "repository" in spec:
        return federate(world, diary, role, spec["repository"], at)
    return on_instance(world, diary, role, spec["ip"], at)


def mint_for(world: World, *parts: object) -> Mint:
    """Return the mint of one part of a scenario, so that adding another part changes nothing in this one."""
    return Mint.of(world.seed, *parts)
