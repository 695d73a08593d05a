"""Plays steps that a scenario file describes as real calls, each by a principal whose keys are known."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import JumpkitError, Unreachable
from jumpkit.lab.live import control
from jumpkit.model.action import Call

if TYPE_CHECKING:
    from jumpkit.lab.fill import Words

Json = dict[str, Any]
Secret = tuple[str, str, str | None]  # access key id, secret, session token
Send = Callable[[Secret, Call, Mapping[str, str]], Json]

BUILDER: Secret = ("AKIALABBUILDER000000", "the lab's token is what counts", None)


@dataclass(frozen=True, slots=True)
class Player:
    """Who makes a step's calls: with which keys, from where, with what program."""

    secret: Secret
    address: str
    agent: str
    account: str | None = None  # set: the builder, in this account
    service: str | None = None  # set: one of the provider's own services


@dataclass(slots=True)
class Stage:
    """Where steps are played: how calls are sent, what names stand for, and who has appeared."""

    send: Send
    token: str
    words: Words
    players: dict[str, Player] = field(default_factory=dict)

    def builder(self, account: str) -> Player:
        """Return who builds: allowed everything, in one account."""
        return Player(BUILDER, "198.51.100.1", "lab-builder", self.words.word("account", account))


@dataclass(frozen=True, slots=True)
class Moment:
    """When a call happens, and to which record it belongs."""

    off: float  # seconds from now, as a rule before it
    run: str | None = None
    step: str | None = None
    quiet: bool = False
    denied: bool = False  # for want of rights, as the step says: the emulator has no eye for policies


def perform(stage: Stage, player: Player, spec: Json, region: str, moment: Moment) -> None:
    """Make the call of one step, once for each of its `each`, and keep what it names of the answer.

    A step that is `denied` or `may_fail` with a code goes on when it does; any other refusal is raised.
    """
    for item in spec.get("each", [None]):
        _name_item(stage, item)
        service, operation = spec["call"].split()
        parameters = _material(stage.words.fill(spec.get("with", {})))
        call = Call(service, operation, parameters, stage.words.fill(spec.get("region", region)))
        try:
            answer = stage.send(player.secret, call, _headers(stage, player, moment))
        except JumpkitError as error:
            if isinstance(error, Unreachable) or not (moment.denied or spec.get("may_fail", "\0") in error.message):
                raise
            continue
        for name, path in spec.get("keep", {}).items():
            stage.words.named[stage.words.fill(name)] = str(reached(answer, path))


def reached(answer: Any, path: str) -> Any:
    """Return what lies in an answer at a path: keys and list indexes with dots between.

    >>> reached({"Instances": [{"InstanceId": "i-1"}]}, "Instances.0.InstanceId")
    'i-1'
    """
    for part in path.split("."):
        answer = answer[int(part)] if isinstance(answer, list) else answer[part]
    return answer


def _name_item(stage: Stage, item: Any) -> None:
    if isinstance(item, dict):
        stage.words.named.update({f"each:{name}": str(stage.words.fill(value)) for name, value in item.items()})
    elif item is not None:
        stage.words.named["each"] = str(stage.words.fill(item))


def _headers(stage: Stage, player: Player, moment: Moment) -> dict[str, str]:
    told = {
        control.TOKEN: stage.token,
        control.CLOCK: str(moment.off),
        control.ADDRESS: player.address,
        "User-Agent": player.agent,
        control.ACCOUNT: player.account,
        control.SERVICE: player.service,
        control.RUN: moment.run,
        control.STEP: moment.step,
        control.DENY: "yes" if moment.denied else None,
        control.QUIET: "yes" if moment.quiet else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _material(value: Any) -> Any:
    """Return parameters with what YAML cannot hold: `{zip: {name: text}}` is an archive's bytes."""
    if isinstance(value, dict):
        if set(value) == {"zip"}:
            return _zipped(value["zip"])
        return {name: _material(each) for name, each in value.items()}
    return [_material(each) for each in value] if isinstance(value, list) else value


def _zipped(files: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return made.getvalue()
