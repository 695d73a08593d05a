"""An instance with an open metadata service."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import machine


def stage(clients: Clients) -> Staged:
    options = {"HttpEndpoint": "enabled", "HttpTokens": "optional", "HttpPutResponseHopLimit": 2}
    return Staged(machine(clients, MetadataOptions=options)["InstanceId"])


def drift(clients: Clients, staged: Staged) -> None:
    clients("ec2").modify_instance_metadata_options(InstanceId=staged.uid, HttpPutResponseHopLimit=5)
