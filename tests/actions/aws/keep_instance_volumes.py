"""An instance whose volumes go with it."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import machine

DISKS = [
    {"DeviceName": f"/dev/sd{letter}", "Ebs": {"VolumeSize": 8, "DeleteOnTermination": letter != "c"}}
    for letter in ("a1", "b", "c")
]


def stage(clients: Clients) -> Staged:
    return Staged(machine(clients, BlockDeviceMappings=DISKS)["InstanceId"])


def drift(clients: Clients, staged: Staged) -> None:
    clients("ec2").modify_instance_attribute(
        InstanceId=staged.uid, BlockDeviceMappings=[{"DeviceName": "/dev/sdc", "Ebs": {"DeleteOnTermination": True}}]
    )
