"""A trail that was stopped."""

from __future__ import annotations

import secrets

from command.clouds import Clients, Staged
from command.machines import bucket


def stage(clients: Clients) -> Staged:
    name = f"trail-{secrets.token_hex(4)}"
    clients("cloudtrail").create_trail(Name=name, S3BucketName=bucket(clients))
    return Staged(name)


def drift(clients: Clients, staged: Staged) -> None:
    trails = clients("cloudtrail")
    held = trails.get_trail_status(Name=staged.uid)["IsLogging"]
    (trails.stop_logging if held else trails.start_logging)(Name=staged.uid)
