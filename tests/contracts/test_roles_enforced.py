"""Every action under its own role: what the role lacks is refused before the emulator sees it, by our evaluator.

The emulators cannot tell of resources and conditions; here permissions are told by name, as the calls ask for them.
"""

from __future__ import annotations

import copy
import os
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from command.clouds import ACCOUNT, Clients, script, surroundings, theatre
from command.emulator import emulator

from jumpkit.kit.errors import Denied
from jumpkit.respond import running, undoing
from jumpkit.respond.catalog import action, actions
from jumpkit.respond.policy.decide import Verdict, decide
from jumpkit.respond.policy.document import read
from jumpkit.respond.policy.layers import Policies
from jumpkit.respond.policy.request import Request, identify
from jumpkit.respond.rights import rights
from jumpkit.respond.roles.build import build
from jumpkit.respond.roles.documents import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from command.clouds import Theatre

    from jumpkit.model.action import Call, Cloud, Json, Reply

CHAOS = bool(os.environ.get("JUMPKIT_CHAOS"))
CHANGING = [each.id for each in actions() if each.apply is not None]
WHO = identify(f"arn:aws:sts::{ACCOUNT}:assumed-role/jumpkit-any/C-1", issuer=f"arn:aws:iam::{ACCOUNT}:role/jumpkit/x")
ROLE_OF = {
    "collect": "collect",
    "contain": "contain",
    "guard": "contain",
    "eradicate": "eradicate",
    "recover": "recover",
}


def permissions(name: str) -> list[str]:
    """Return the permissions that an action is tried without: all of them, or one by chance that stays the same."""
    spec = action(name).spec
    used = sorted({*spec.reads, *spec.writes} - set(getattr(script(name), "NOT_USED_HERE", ())))
    return used if CHAOS else [used[zlib.crc32(name.encode()) % len(used)]]


CASES = [(name, each) for name in CHANGING for each in (*permissions(name), *([None] if CHAOS else []))]
CASES += [] if CHAOS else [(name, None) for name in CHANGING[::8]]


@dataclass
class Guarded:
    """A cloud that asks a role's policies first, and refuses what they do not allow whatever the resource."""

    cloud: Cloud
    policies: Policies

    def read(self, call: Call) -> Reply:
        self._allowed(call)
        return self.cloud.read(call)

    def pages(self, call: Call) -> Iterator[Reply]:
        self._allowed(call)
        yield from self.cloud.pages(call)

    def change(self, call: Call) -> Reply:
        self._allowed(call)
        return self.cloud.change(call)

    def _allowed(self, call: Call) -> None:
        for each in rights(call.service, call.operation, call.parameters):
            if decide(self.policies, Request(WHO, each, None)).verdict == Verdict.IMPLICIT_DENY:
                raise Denied(f"no identity policy allows {each}", target=each)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with emulator(managed=True) as at:
        yield at


@pytest.fixture
def clients(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clients]:
    with surroundings(server, monkeypatch):
        yield Clients(server)


def held(name: str, without: str | None) -> Policies:
    """Return the policies of an action's role, one permission taken out."""
    (role,) = build([ROLE_OF[action(name).spec.verb]], actions(), (), Place("aws", ACCOUNT), None)
    documents: list[Json] = [copy.deepcopy(each["document"]) for each in role["policies"]]
    for each in (one for document in documents for one in document["Statement"] if one["Effect"] == "Allow"):
        each["Action"] = [one for one in each["Action"] if one != without] or ["none:None"]
    found = tuple(read(f"policy {at}", each) for at, each in enumerate(documents))
    return Policies(found, (), (), (), (), (), granted=False, public_blocked=False, managing=False)


def through(one: Theatre, policies: Policies) -> str:
    """Return how an action and its way back end under a role: done, or what stopped it."""
    one.cloud = Guarded(one.cloud, policies)
    try:
        hands, _ = one.hands()
        ended = running.run(hands, one.stage)
        if ended.outcome != "done" or one.stage.action.undo is None:
            return ended.outcome if ended.outcome == "done" else f"{ended.outcome}: {ended.because}"
        hands, _ = one.hands()
        back = undoing.standing(hands, one.stage)
        back = back if isinstance(back, running.Ended) else undoing.take_back(hands, back)
    except Denied as error:
        return f"refused: {error.message}"
    return back.outcome if back.outcome == "done" else f"{back.outcome}: {back.because}"


@pytest.mark.parametrize(("name", "without"), CASES, ids=[f"{name} without {each}" for name, each in CASES])
def test_with_its_role_it_works_and_with_one_permission_less_it_does_not(
    name: str, without: str | None, clients: Clients
) -> None:
    ended = through(theatre(name, clients), held(name, without))
    if without is None:
        assert ended == "done"
    else:
        assert ended != "done", f"{name} worked without {without}"
