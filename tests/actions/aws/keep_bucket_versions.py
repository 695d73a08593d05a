"""A bucket that keeps no versions."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import bucket


def stage(clients: Clients) -> Staged:
    return Staged(bucket(clients))


def drift(clients: Clients, staged: Staged) -> None:
    clients("s3").put_bucket_versioning(Bucket=staged.uid, VersioningConfiguration={"Status": "Suspended"})
