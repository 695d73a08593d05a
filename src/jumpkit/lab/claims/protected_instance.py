"""A protected machine is not terminated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.lab.claiming import refused
from jumpkit.model.action import Call

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.model.action import Cloud

CLAIM = "TerminateInstances is refused for an instance with termination protection"


def holds(cloud: Cloud, other: Callable[[str, str], Cloud], name: str) -> bool:
    """Start a machine, protect it, and try to end it."""
    del other, name
    image = cloud.read(Call("ec2", "DescribeImages", {"Owners": ["amazon"]})).body["Images"][0]["ImageId"]
    told = {"ImageId": image, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
    uid = cloud.change(Call("ec2", "RunInstances", told)).body["Instances"][0]["InstanceId"]
    protect = {"InstanceId": uid, "DisableApiTermination": {"Value": True}}
    cloud.change(Call("ec2", "ModifyInstanceAttribute", protect))
    held = refused(cloud, Call("ec2", "TerminateInstances", {"InstanceIds": [uid]}))
    cloud.change(Call("ec2", "ModifyInstanceAttribute", {**protect, "DisableApiTermination": {"Value": False}}))
    cloud.change(Call("ec2", "TerminateInstances", {"InstanceIds": [uid]}))
    return held
