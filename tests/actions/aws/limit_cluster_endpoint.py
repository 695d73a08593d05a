"""A cluster that the whole world reaches; the emulator does not keep who does."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from command.clouds import Clients, Staged
from command.states import State

if TYPE_CHECKING:
    from jumpkit.model.action import Call

STATE = State()


def stage(clients: Clients) -> Staged:
    del clients
    name = f"shop-{secrets.token_hex(4)}"
    STATE.of(name)["cidrs"] = ["0.0.0.0/0"]
    return Staged(name, options={"cidrs": "203.0.113.7/32, 198.51.100.0/24"})


def drift(clients: Clients, staged: Staged) -> None:
    del clients
    STATE.of(staged.uid)["cidrs"] = ["192.0.2.0/24"]


def model(call: Call) -> dict[str, Any] | None:
    if call.service != "eks":
        return None
    held = STATE.of(call.parameters["name"])
    if call.operation == "UpdateClusterConfig":
        held["cidrs"] = call.parameters["resourcesVpcConfig"]["publicAccessCidrs"]
        return {"update": {"status": "InProgress"}}
    return {"cluster": {"status": "ACTIVE", "resourcesVpcConfig": {"publicAccessCidrs": held["cidrs"]}}}
