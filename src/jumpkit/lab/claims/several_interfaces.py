"""Groups of a machine with several interfaces are changed on the interfaces only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.lab.claiming import refused
from jumpkit.model.action import Call

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.model.action import Cloud

CLAIM = "ModifyInstanceAttribute(Groups) is refused where a machine has several interfaces"


def holds(cloud: Cloud, other: Callable[[str, str], Cloud], name: str) -> bool:
    """Start a machine with two interfaces, and change its groups as if it had one."""
    del other
    vpc = cloud.change(Call("ec2", "CreateVpc", {"CidrBlock": "10.9.0.0/16"})).body["Vpc"]["VpcId"]
    made = cloud.change(Call("ec2", "CreateSubnet", {"VpcId": vpc, "CidrBlock": "10.9.1.0/24"}))
    subnet = made.body["Subnet"]["SubnetId"]
    told = {"GroupName": name, "Description": "x", "VpcId": vpc}
    group = cloud.change(Call("ec2", "CreateSecurityGroup", told)).body["GroupId"]
    image = cloud.read(Call("ec2", "DescribeImages", {"Owners": ["amazon"]})).body["Images"][0]["ImageId"]
    cards = [{"DeviceIndex": index, "SubnetId": subnet, "Groups": [group]} for index in (0, 1)]
    asked = {"ImageId": image, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro", "NetworkInterfaces": cards}
    uid = cloud.change(Call("ec2", "RunInstances", asked)).body["Instances"][0]["InstanceId"]
    held = refused(cloud, Call("ec2", "ModifyInstanceAttribute", {"InstanceId": uid, "Groups": [group]}))
    cloud.change(Call("ec2", "TerminateInstances", {"InstanceIds": [uid]}))
    return held
