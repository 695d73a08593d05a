"""A public address on an instance."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import machine


def stage(clients: Clients) -> Staged:
    ec2 = clients("ec2")
    [interface] = machine(clients)["NetworkInterfaces"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, NetworkInterfaceId=interface["NetworkInterfaceId"])
    return Staged(address)


def drift(clients: Clients, staged: Staged) -> None:
    [other] = machine(clients)["NetworkInterfaces"]
    clients("ec2").associate_address(
        AllocationId=staged.uid, NetworkInterfaceId=other["NetworkInterfaceId"], AllowReassociation=True
    )
