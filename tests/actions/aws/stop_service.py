"""A container service that wants two tasks."""

from __future__ import annotations

import secrets

from command.clouds import Clients, Staged


def stage(clients: Clients) -> Staged:
    ecs = clients("ecs")
    name = f"web-{secrets.token_hex(4)}"
    ecs.create_cluster(clusterName=name)
    container = {"name": "web", "image": "web:1", "memory": 128}
    ecs.register_task_definition(family=name, containerDefinitions=[container])
    ecs.create_service(cluster=name, serviceName=name, taskDefinition=name, desiredCount=2)
    return Staged(name, {"cluster": name})


def drift(clients: Clients, staged: Staged) -> None:
    clients("ecs").update_service(cluster=staged.uid, service=staged.uid, desiredCount=5)
