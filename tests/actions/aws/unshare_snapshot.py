"""A snapshot that a foreign account may copy."""

from __future__ import annotations

from command.clouds import Clients, Staged


def share(clients: Clients, uid: str, account: str) -> None:
    clients("ec2").modify_snapshot_attribute(
        SnapshotId=uid, Attribute="createVolumePermission", OperationType="add", UserIds=[account]
    )


def stage(clients: Clients) -> Staged:
    ec2 = clients("ec2")
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    uid = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    share(clients, uid, "999999999999")
    return Staged(uid)


def drift(clients: Clients, staged: Staged) -> None:
    share(clients, staged.uid, "888888888888")
