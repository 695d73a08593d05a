"""An instance."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import machine


def stage(clients: Clients) -> Staged:
    return Staged(machine(clients)["InstanceId"])
