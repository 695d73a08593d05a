"""An instance that runs."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import machine


def stage(clients: Clients) -> Staged:
    return Staged(machine(clients)["InstanceId"])


def drift(clients: Clients, staged: Staged) -> None:
    ec2 = clients("ec2")
    [group] = ec2.describe_instances(InstanceIds=[staged.uid])["Reservations"]
    running = group["Instances"][0]["State"]["Name"] == "running"
    (ec2.stop_instances if running else ec2.start_instances)(InstanceIds=[staged.uid])
