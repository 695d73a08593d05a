"""A database."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.databases import database


def stage(clients: Clients) -> Staged:
    return Staged(database(clients))
