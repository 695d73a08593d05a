"""A role that was made an administrator."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import role

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def stage(clients: Clients) -> Staged:
    name = role(clients)
    clients("iam").attach_role_policy(RoleName=name, PolicyArn=ADMIN)
    return Staged(name, options={"policy": ADMIN})


def drift(clients: Clients, staged: Staged) -> None:
    iam = clients("iam")
    told = {"RoleName": staged.uid, "PolicyArn": ADMIN}
    held = [each["PolicyArn"] for each in iam.list_attached_role_policies(RoleName=staged.uid)["AttachedPolicies"]]
    (iam.detach_role_policy if ADMIN in held else iam.attach_role_policy)(**told)
