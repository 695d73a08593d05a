"""An attack as it is played: fresh targets, a day of ordinary life, and the attacker's calls in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import NotFound
from jumpkit.lab.estate import scenario, stories
from jumpkit.lab.fill import Words
from jumpkit.lab.live.staging import Moment, Player, Stage, perform
from jumpkit.lab.mint import Mint

if TYPE_CHECKING:
    from jumpkit.kit.clock import Clock
    from jumpkit.lab.live.building import Estate
    from jumpkit.lab.live.staging import Send

Json = dict[str, Any]
_AGE = 30 * 86400.0  # how old fresh targets are


@dataclass(frozen=True, slots=True)
class Beat:
    """One call to come: when, by whom, which, where, and in which step of the attack, none in ordinary life."""

    when: datetime
    player: str
    spec: Json
    region: str
    step: str | None


@dataclass(frozen=True, slots=True)
class Run:
    """An attack that was played."""

    name: str  # leaked-key
    number: int  # the how manieth of this name in this lab
    story: Json
    words: Words = field(repr=False)
    begun: datetime

    @property
    def id(self) -> str:
        """Return how this run is told from others of its name."""
        return f"{self.name}-{self.number}"


def attack_names() -> list[str]:
    """Return the names of the attacks, sorted."""
    return sorted(name.replace("_", "-") for name in stories("live/attacks"))


def check_name(name: str) -> None:
    """Raise NotFound unless there is an attack of this name."""
    if name not in attack_names():
        raise NotFound("there is no such attack", target=name, hint=f"one of: {', '.join(attack_names())}")


def play_attack(send: Send, token: str, estate: Estate, named: tuple[str, int], clock: Clock) -> Run:
    """Play an attack (name, number) in a lab: what happened lies in the emulator's state and in the lab's journal."""
    name, number = named
    story = scenario("live", "attacks", f"{name.replace('-', '_')}.yaml")
    life = scenario("live", "life.yaml")
    mint = Mint.of(token, name, number)
    fixed = scenario("live", "estate.yaml")["fixed"] | life["fixed"] | {"run": str(number)}
    abroad = {"account:abroad": fixed["foreign"]}  # where the attackers are at home
    words = Words(mint, fixed | abroad, life["lists"], dict(estate.names))
    stage = Stage(send, token, words)
    run = Run(name, number, story, words, clock().astimezone(UTC) - timedelta(hours=story["begins"]))
    for step in story["prepare"]:
        perform(
            stage,
            stage.builder(step.get("account", story["account"])),
            step,
            story["region"],
            Moment(-_AGE, quiet=True),
        )
    since = clock().astimezone(UTC) - timedelta(hours=life["hours"])
    beats = [*_life(life, story, (since, clock().astimezone(UTC)), mint), *_attack(story, run.begun, mint)]
    players = life["players"] | story["players"]
    for beat in sorted(beats, key=lambda beat: beat.when):
        player = _player(stage, players[beat.player])
        off = (beat.when - clock().astimezone(UTC)).total_seconds()
        moment = Moment(off, run.id, beat.step, denied=bool(beat.spec.get("denied")))
        perform(stage, player, beat.spec, beat.region, moment)
    return run


def _player(stage: Stage, spec: Json) -> Player:
    """Return who a player is by now: keys may have been handed out a moment ago."""
    named, words = stage.words.named, stage.words
    address, agent = words.fill(spec["address"]), words.fill(spec["agent"])
    if "service" in spec:
        builder = stage.builder(spec["account"])
        return Player(builder.secret, address, agent, builder.account, spec["service"])
    key = spec["key"]
    return Player((named[f"key:{key}"], named[f"secret:{key}"], named.get(f"token:{key}")), address, agent)


def _attack(story: Json, begun: datetime, mint: Mint) -> list[Beat]:
    """Return the attacker's calls; a step starts `after` the beginning, or where the one before ended."""
    found: list[Beat] = []
    now = begun
    for step in story["steps"]:
        if "after" in step:
            now = begun + timedelta(minutes=step["after"])
        low, high = step.get("gap", (3, 20))
        for spec in step["calls"]:
            call = _full(spec)
            for _ in range(call.get("times", 1)):
                now += timedelta(seconds=low + mint.rng.random() * (high - low))
                region = call.get("region", step.get("region", story["region"]))
                found.append(Beat(now, call.get("player", step["player"]), call, region, step["step"]))
    return found


def _full(spec: Json | str) -> Json:
    """Return a call's description, of which a name alone says all."""
    return {"call": spec} if isinstance(spec, str) else spec


def _life(life: Json, story: Json, span: tuple[datetime, datetime], mint: Mint) -> list[Beat]:
    """Return what goes on every day: first what lets people and machines in, then sittings spread over the time."""
    since, until = span
    found: list[Beat] = []
    begun = since
    while begun < until:
        for number, spec in enumerate([*life["opening"], *story.get("opening", [])]):
            when = begun + timedelta(seconds=number)
            found.append(Beat(when, spec["player"], spec, spec.get("region", story["region"]), None))
        begun += timedelta(hours=life["renewed"])
    seconds = (until - since).total_seconds() - 3600
    for habit in [*life["habits"], *story.get("habits", [])]:
        for sitting in range(habit["sittings"]):
            now = since + timedelta(seconds=600 + seconds * (sitting + mint.rng.random()) / habit["sittings"])
            for _ in range(mint.rng.randint(*habit["calls_each"])):
                now += timedelta(seconds=1 + mint.rng.random() * habit.get("gap", 30))
                call = _full(mint.pick(habit["calls"]))
                found.append(Beat(now, habit["player"], call, str(call.get("region", story["region"])), None))
    return [beat for beat in found if beat.when < until]
