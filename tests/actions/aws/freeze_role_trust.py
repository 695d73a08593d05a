"""A role that the compute service may take."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import role

OTHER = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},'
    ' "Action": "sts:AssumeRole"}]}'
)


def stage(clients: Clients) -> Staged:
    return Staged(role(clients))


def drift(clients: Clients, staged: Staged) -> None:
    clients("iam").update_assume_role_policy(RoleName=staged.uid, PolicyDocument=OTHER)
