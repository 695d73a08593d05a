"""Scaling groups set up on the emulator."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from command.machines import IMAGE, network

if TYPE_CHECKING:
    from command.clouds import Clients


def group(clients: Clients) -> tuple[str, str]:
    """Make a group of two instances, and return its name and one of them."""
    name = f"web-{secrets.token_hex(4)}"
    _, subnet = network(clients)
    groups = clients("autoscaling")
    groups.create_launch_configuration(LaunchConfigurationName=name, ImageId=IMAGE, InstanceType="t3.micro")
    sizes = {"MinSize": 1, "MaxSize": 3, "DesiredCapacity": 2}
    groups.create_auto_scaling_group(
        AutoScalingGroupName=name, LaunchConfigurationName=name, VPCZoneIdentifier=subnet, **sizes
    )
    [made] = groups.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    return name, made["Instances"][0]["InstanceId"]
