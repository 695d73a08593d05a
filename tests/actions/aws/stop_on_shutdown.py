"""An instance that ends when it is shut down."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import machine


def stage(clients: Clients) -> Staged:
    return Staged(machine(clients, InstanceInitiatedShutdownBehavior="terminate")["InstanceId"])


def drift(clients: Clients, staged: Staged) -> None:
    ec2 = clients("ec2")
    asked = {"InstanceId": staged.uid, "Attribute": "instanceInitiatedShutdownBehavior"}
    held = ec2.describe_instance_attribute(**asked)["InstanceInitiatedShutdownBehavior"]["Value"]
    other = "stop" if held == "terminate" else "terminate"
    ec2.modify_instance_attribute(**asked, Value=other)
