"""A role without a boundary."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import role


def stage(clients: Clients) -> Staged:
    return Staged(role(clients))


def drift(clients: Clients, staged: Staged) -> None:
    other = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    clients("iam").put_role_permissions_boundary(RoleName=staged.uid, PermissionsBoundary=other)
