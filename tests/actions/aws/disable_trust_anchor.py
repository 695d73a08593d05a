"""A trust anchor; the emulator has none."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from command.clouds import Clients, Staged
from command.states import State

if TYPE_CHECKING:
    from jumpkit.model.action import Call

STATE = State()


def stage(clients: Clients) -> Staged:
    del clients
    name = str(uuid.uuid4())
    STATE.of(name)["enabled"] = True
    return Staged(name)


def drift(clients: Clients, staged: Staged) -> None:
    del clients
    STATE.of(staged.uid)["enabled"] = not STATE.of(staged.uid)["enabled"]


def model(call: Call) -> dict[str, Any] | None:
    held = STATE.of(call.parameters["trustAnchorId"])
    if call.operation != "GetTrustAnchor":
        held["enabled"] = call.operation == "EnableTrustAnchor"
    return {"trustAnchor": {"enabled": held["enabled"]}}
