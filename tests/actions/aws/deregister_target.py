"""An instance behind a balancer."""

from __future__ import annotations

import secrets

from command.clouds import Clients, Staged
from command.machines import machine


def stage(clients: Clients) -> Staged:
    made = machine(clients)
    balancers = clients("elbv2")
    told = {"Name": f"web-{secrets.token_hex(4)}", "Protocol": "HTTP", "Port": 80, "VpcId": made["VpcId"]}
    group = balancers.create_target_group(**told)["TargetGroups"][0]["TargetGroupArn"]
    balancers.register_targets(TargetGroupArn=group, Targets=[{"Id": made["InstanceId"], "Port": 8080}])
    return Staged(made["InstanceId"], {"group": group, "ports": "8080"})


def drift(clients: Clients, staged: Staged) -> None:
    clients("elbv2").register_targets(
        TargetGroupArn=staged.details["group"], Targets=[{"Id": staged.uid, "Port": 9090}]
    )
