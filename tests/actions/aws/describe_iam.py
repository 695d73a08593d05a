"""An account with a role."""

from __future__ import annotations

from command.clouds import ACCOUNT, Clients, Staged
from command.machines import role


def stage(clients: Clients) -> Staged:
    role(clients)
    return Staged(ACCOUNT)
