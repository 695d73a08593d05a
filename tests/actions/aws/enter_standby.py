"""A scaling group with two instances, one of which is taken out of service."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.scaling import group


def stage(clients: Clients) -> Staged:
    return Staged(group(clients)[1])


def drift(clients: Clients, staged: Staged) -> None:
    groups = clients("autoscaling")
    [found] = groups.describe_auto_scaling_instances(InstanceIds=[staged.uid])["AutoScalingInstances"]
    groups.update_auto_scaling_group(AutoScalingGroupName=found["AutoScalingGroupName"], MaxSize=9)
