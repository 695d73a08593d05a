"""An interface in a group of its own, to be left one path to an endpoint."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import machine


def stage(clients: Clients) -> Staged:
    [interface] = machine(clients)["NetworkInterfaces"]
    return Staged(interface["NetworkInterfaceId"], options={"forensic": "10.0.9.0/24"})


def drift(clients: Clients, staged: Staged) -> None:
    ec2 = clients("ec2")
    [found] = ec2.describe_network_interfaces(NetworkInterfaceIds=[staged.uid])["NetworkInterfaces"]
    group = ec2.create_security_group(
        GroupName=f"theirs-{staged.uid[-6:]}-{len(found['Groups'])}-{found['Groups'][0]['GroupId'][-6:]}",
        Description="theirs",
        VpcId=found["VpcId"],
    )["GroupId"]
    ec2.modify_network_interface_attribute(NetworkInterfaceId=staged.uid, Groups=[group])
