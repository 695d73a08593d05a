"""Machines and networks set up on the emulator for actions to be tried on."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from command.clouds import Clients

IMAGE = "ami-12c6146b"


def network(clients: Clients) -> tuple[str, str]:
    """Make a VPC with one subnet."""
    ec2 = clients("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return vpc, ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]


def machine(clients: Clients, **more: Any) -> dict[str, Any]:
    """Start an instance with a group of its own; groups stand on the interface, where the emulator keeps them apart."""
    ec2 = clients("ec2")
    vpc, subnet = network(clients)
    group = ec2.create_security_group(GroupName=f"web-{secrets.token_hex(3)}", Description="web", VpcId=vpc)["GroupId"]
    interfaces = [{"DeviceIndex": 0, "SubnetId": subnet, "Groups": [group]}]
    told = {"ImageId": IMAGE, "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro", "NetworkInterfaces": interfaces}
    made: dict[str, Any] = ec2.run_instances(**{**told, **more})["Instances"][0]
    return made


def role(clients: Clients) -> str:
    """Make a role that trusts the compute service."""
    name = f"role-{secrets.token_hex(4)}"
    trust = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"},'
        ' "Action": "sts:AssumeRole"}]}'
    )
    clients("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    return name


def profile(clients: Clients) -> str:
    """Make an instance profile with a role, and return its ARN."""
    name = role(clients)
    iam = clients("iam")
    made: str = iam.create_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Arn"]
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)
    return made


def bucket(clients: Clients) -> str:
    name = f"data-{secrets.token_hex(5)}"
    clients("s3").create_bucket(Bucket=name)
    return name
