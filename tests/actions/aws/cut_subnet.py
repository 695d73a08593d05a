"""A subnet with the network's own list."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import network


def stage(clients: Clients) -> Staged:
    return Staged(network(clients)[1])


def drift(clients: Clients, staged: Staged) -> None:
    ec2 = clients("ec2")
    asked = [{"Name": "association.subnet-id", "Values": [staged.uid]}]
    [held] = ec2.describe_network_acls(Filters=asked)["NetworkAcls"]
    [association] = [each for each in held["Associations"] if each["SubnetId"] == staged.uid]
    other = ec2.create_network_acl(VpcId=held["VpcId"])["NetworkAcl"]["NetworkAclId"]
    ec2.replace_network_acl_association(AssociationId=association["NetworkAclAssociationId"], NetworkAclId=other)
