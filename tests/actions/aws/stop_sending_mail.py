"""An account that sends mail; the emulator does not keep the switch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from command.clouds import ACCOUNT, Clients, Staged
from command.states import State

if TYPE_CHECKING:
    from jumpkit.model.action import Call

STATE = State()


def stage(clients: Clients) -> Staged:
    del clients
    STATE.of("account")["sends"] = True
    return Staged(ACCOUNT)


def drift(clients: Clients, staged: Staged) -> None:
    del clients, staged
    STATE.of("account")["sends"] = not STATE.of("account")["sends"]


def model(call: Call) -> dict[str, Any] | None:
    if call.operation == "PutAccountSendingAttributes":
        STATE.of("account")["sends"] = call.parameters["SendingEnabled"]
        return {}
    return {"SendingEnabled": STATE.of("account")["sends"]}
