"""An instance that its group may choose when it shrinks."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.scaling import group


def stage(clients: Clients) -> Staged:
    return Staged(group(clients)[1])


def drift(clients: Clients, staged: Staged) -> None:
    groups = clients("autoscaling")
    [found] = groups.describe_auto_scaling_instances(InstanceIds=[staged.uid])["AutoScalingInstances"]
    groups.set_instance_protection(
        InstanceIds=[staged.uid],
        AutoScalingGroupName=found["AutoScalingGroupName"],
        ProtectedFromScaleIn=not found["ProtectedFromScaleIn"],
    )
