"""An instance whose agent answers; the emulator knows no agents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from command.clouds import Clients, Staged
from command.machines import machine

if TYPE_CHECKING:
    from jumpkit.model.action import Call


def stage(clients: Clients) -> Staged:
    return Staged(
        machine(clients)["InstanceId"], options={"url": "https://evidence.example.com/memory?X-Amz-Signature=x"}
    )


def model(call: Call) -> dict[str, Any] | None:
    if call.operation != "DescribeInstanceInformation":
        return None
    return {"InstanceInformationList": [{"InstanceId": "i-1", "PingStatus": "Online"}]}
