"""A scaling group that replaces and ends machines."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.scaling import group


def stage(clients: Clients) -> Staged:
    return Staged(group(clients)[0])


def drift(clients: Clients, staged: Staged) -> None:
    clients("autoscaling").suspend_processes(AutoScalingGroupName=staged.uid, ScalingProcesses=["AZRebalance"])
