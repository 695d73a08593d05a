"""A function."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.functions import function


def stage(clients: Clients) -> Staged:
    return Staged(function(clients))
