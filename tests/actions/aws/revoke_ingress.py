"""A group that lets everybody in on the administrators' port, and the office on another."""

from __future__ import annotations

import secrets
from typing import Any

from command.clouds import Clients, Staged
from command.machines import network


def permission(port: int, cidr: str) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr, "Description": "x"}]}


def stage(clients: Clients) -> Staged:
    ec2 = clients("ec2")
    told = {"GroupName": f"g-{secrets.token_hex(4)}", "Description": "x", "VpcId": network(clients)[0]}
    group = ec2.create_security_group(**told)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission(443, "203.0.113.0/24")])
    made = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission(22, "0.0.0.0/0")])
    return Staged(group, options={"rule": made["SecurityGroupRules"][0]["SecurityGroupRuleId"]})


def drift(clients: Clients, staged: Staged) -> None:
    port = 1024 + secrets.randbelow(60000)
    clients("ec2").authorize_security_group_ingress(
        GroupId=staged.uid, IpPermissions=[permission(port, "198.51.100.0/24")]
    )
