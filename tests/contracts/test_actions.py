"""Every action of the catalogue keeps the same promises; what it is tried on is set up by tests/actions/<its id>.py."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest
from command.clouds import Clients, Killed, script, surroundings, theatre
from command.emulator import emulator

from jumpkit.respond import resuming, running, undoing
from jumpkit.respond.catalog import actions, ids
from jumpkit.respond.lint import problems
from jumpkit.respond.rights import rights
from jumpkit.respond.same import differences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from command.clouds import Theatre

CHAOS = bool(os.environ.get("JUMPKIT_CHAOS"))
CHANGING = [each.id for each in actions() if each.apply is not None]
BACK = [each.id for each in actions() if each.undo is not None]
GATHERING = [each.id for each in actions() if each.gather is not None]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with emulator(managed=True) as at:
        yield at


@pytest.fixture
def clients(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clients]:
    with surroundings(server, monkeypatch):
        yield Clients(server)


def took_back(one: Theatre) -> running.Ended:
    hands, _ = one.hands()
    back = undoing.standing(hands, one.stage)
    return back if isinstance(back, running.Ended) else undoing.take_back(hands, back)


@pytest.mark.parametrize("name", ids())
def test_it_says_all_that_it_must(name: str) -> None:
    [chosen] = [each for each in actions() if each.id == name]
    assert list(problems(chosen)) == []


@pytest.mark.parametrize("name", CHANGING)
def test_done_once_and_twice_and_back(name: str, clients: Clients) -> None:
    one = theatre(name, clients)
    before = one.seen()
    assert not one.stage.step["already"], "the stage must leave something to do"
    hands, struck = one.hands()
    ended = running.run(hands, one.stage)
    assert ended.outcome == "done", ended.because
    assert [(each.service, each.operation) for each in struck.changes] == [
        (each["service"], each["operation"]) for each in one.stage.step["calls"]
    ], "what is planned is what is called"
    used = {
        right
        for each in struck.changes + struck.reads
        for right in rights(each.service, each.operation, each.parameters)
    }
    hands, again = one.hands()
    assert running.run(hands, one.stage).outcome == "already"
    assert again.changes == []
    if one.stage.action.undo is not None:
        hands, back = one.hands()
        standing = undoing.standing(hands, one.stage)
        assert isinstance(standing, undoing.Back)
        assert undoing.drifted(standing) is None
        taken = undoing.take_back(hands, standing)
        assert taken.outcome == "done", (taken.because, taken.drift)
        used |= {
            right
            for each in back.changes + back.reads
            for right in rights(each.service, each.operation, each.parameters)
        }
        if one.stage.action.undone is None:
            assert differences(before, one.seen(), one.stage.action.spec.new_ids) == {}
        assert took_back(one).outcome == "already"
    spec = one.stage.action.spec
    assert used - {"sts:GetCallerIdentity"} <= {*spec.reads, *spec.writes}, "rights that are used are declared"
    optional = set(getattr(script(name), "NOT_USED_HERE", ()))
    assert {*spec.reads, *spec.writes} - used == optional, "rights that are declared are used"


@pytest.mark.parametrize("when", ["before", "request", "lost"])
@pytest.mark.parametrize("name", CHANGING)
def test_struck_and_reconciled(name: str, when: str, clients: Clients) -> None:
    """Whatever call is struck, what is done in the end is done once, and undo still brings it back."""
    count = len(theatre(name, clients).stage.step["calls"])
    end = random.Random(f"{name} {when}").choice((1, count))  # noqa: S311 - seeded, so that it repeats
    for at in range(1, count + 1) if CHAOS else (end,):
        one = theatre(name, clients)
        before = one.seen()
        hands, first = one.hands(when, at)
        try:
            ended = running.run(hands, one.stage)
        except Killed:
            assert when != "lost"
            hands, second = one.hands()
            ended = resuming.resume(hands, one.stage)
        else:
            second = first
            if ended.outcome == "unknown" or (when == "lost" and ended.outcome == "failed"):
                hands, second = one.hands()
                ended = resuming.resume(hands, one.stage)
        assert ended.outcome in {"done", "already"}, ended.because
        sent = [each.operation for each in first.changes + (second.changes if second is not first else [])]
        assert sorted(sent) == sorted(each["operation"] for each in one.stage.step["calls"]), "nothing is done twice"
        if one.stage.action.undo is not None:
            assert took_back(one).outcome in {"done", "already"}
            if one.stage.action.undone is None:
                assert differences(before, one.seen(), one.stage.action.spec.new_ids) == {}


@pytest.mark.parametrize("name", CHANGING)
def test_refused_and_put_off(name: str, clients: Clients) -> None:
    one = theatre(name, clients)
    before = one.seen()
    hands, struck = one.hands("denied")
    ended = running.run(hands, one.stage)
    assert ended.outcome == "failed"
    assert "no right" in (ended.because or "")
    assert struck.changes == []
    assert differences(before, one.seen()) == {}
    hands, _ = one.hands("throttled")
    assert running.run(hands, one.stage).outcome == "done"


@pytest.mark.parametrize("name", BACK)
def test_drift_is_never_overwritten(name: str, clients: Clients) -> None:
    """What somebody changed behind us is refused by name, both before the step and before it is taken back."""
    drift = getattr(script(name), "drift", None)
    assert drift, f"tests/actions/{name}.py says how somebody else changes the thing: drift(clients, staged)"
    one = theatre(name, clients)
    drift(clients, one.staged)
    hands, struck = one.hands()
    ended = running.run(hands, one.stage)
    assert ended.outcome in {"refused", "already"}, "a plan that no longer fits is not run"
    assert ended.drift or ended.outcome == "already"
    assert struck.changes == []

    one = theatre(name, clients)
    hands, _ = one.hands()
    assert running.run(hands, one.stage).outcome == "done"
    drift(clients, one.staged)
    hands, struck = one.hands()
    back = undoing.standing(hands, one.stage)
    assert isinstance(back, undoing.Back)
    held = undoing.drifted(back)
    if held is None:
        assert back.is_back(back.now), "a target that somebody changed is not taken back"
        assert undoing.take_back(hands, back).outcome == "already"
    else:
        assert held.drift
    assert struck.changes == []


@pytest.mark.parametrize("name", GATHERING)
def test_gathered_whole(name: str, clients: Clients) -> None:
    one = theatre(name, clients)
    hands, struck = one.hands()
    assert one.stage.action.gather is not None
    pieces = list(one.stage.action.gather(hands.cloud, one.stage.target, one.stage.mark))
    assert pieces
    one.stage.action.observe(hands.cloud, one.stage.target, one.stage.mark)
    for piece in pieces:
        data = piece.data if isinstance(piece.data, bytes) else b"".join(piece.data)
        assert data, piece.name
        assert {"expected", "received"} <= set(piece.about), f"{piece.name} says what was expected and what came"
    assert struck.changes == []
    used = {right for each in struck.reads for right in rights(each.service, each.operation, each.parameters)}
    declared = set(one.stage.action.spec.reads)
    assert used <= declared
    assert declared - used == set(getattr(script(name), "NOT_USED_HERE", ()))
