"""A scaling group with two instances, one of which is taken out of service."""

from __future__ import annotations

import secrets

from command.clouds import Clients, Staged
from command.machines import IMAGE, network

NOT_USED_HERE: tuple[str, ...] = ()


def stage(clients: Clients) -> Staged:
    name = f"web-{secrets.token_hex(4)}"
    _, subnet = network(clients)
    groups = clients("autoscaling")
    groups.create_launch_configuration(LaunchConfigurationName=name, ImageId=IMAGE, InstanceType="t3.micro")
    sizes = {"MinSize": 1, "MaxSize": 3, "DesiredCapacity": 2}
    groups.create_auto_scaling_group(
        AutoScalingGroupName=name, LaunchConfigurationName=name, VPCZoneIdentifier=subnet, **sizes
    )
    [group] = groups.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    return Staged(group["Instances"][0]["InstanceId"])


def drift(clients: Clients, staged: Staged) -> None:
    groups = clients("autoscaling")
    [found] = groups.describe_auto_scaling_instances(InstanceIds=[staged.uid])["AutoScalingInstances"]
    groups.update_auto_scaling_group(AutoScalingGroupName=found["AutoScalingGroupName"], MaxSize=9)
