"""A snapshot that nobody else uses."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.snapshots import snapshot


def stage(clients: Clients) -> Staged:
    return Staged(snapshot(clients), options={"account": "777777777777"})


def drift(clients: Clients, staged: Staged) -> None:
    clients("ec2").modify_snapshot_attribute(
        SnapshotId=staged.uid, Attribute="createVolumePermission", OperationType="add", UserIds=["888888888888"]
    )
