"""A bucket."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import bucket


def stage(clients: Clients) -> Staged:
    return Staged(bucket(clients))
