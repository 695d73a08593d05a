"""An instance with two volumes."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import machine

DISKS = [{"DeviceName": f"/dev/sd{letter}", "Ebs": {"VolumeSize": 8}} for letter in ("a1", "b")]


def stage(clients: Clients) -> Staged:
    return Staged(machine(clients, BlockDeviceMappings=DISKS)["InstanceId"])
