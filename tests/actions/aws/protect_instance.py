"""An instance that anybody may terminate."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import machine


def stage(clients: Clients) -> Staged:
    return Staged(machine(clients)["InstanceId"])


def drift(clients: Clients, staged: Staged) -> None:
    ec2 = clients("ec2")
    asked = {"InstanceId": staged.uid, "Attribute": "disableApiTermination"}
    held = ec2.describe_instance_attribute(**asked)["DisableApiTermination"]["Value"]
    ec2.modify_instance_attribute(InstanceId=staged.uid, DisableApiTermination={"Value": not held})
