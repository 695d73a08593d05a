"""An account, and a control policy that was prepared for it."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.organisation import account, control_policy


def stage(clients: Clients) -> Staged:
    return Staged(account(clients), options={"policy": control_policy(clients)})


def drift(clients: Clients, staged: Staged) -> None:
    clients("organizations").attach_policy(PolicyId=control_policy(clients), TargetId=staged.uid)
