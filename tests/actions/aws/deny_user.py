"""A user with an inline policy of its own."""

from __future__ import annotations

import secrets

from command.clouds import Clients, Staged

OWN = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'


def stage(clients: Clients) -> Staged:
    name = f"ci-{secrets.token_hex(4)}"
    iam = clients("iam")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=OWN)
    return Staged(name)


def drift(clients: Clients, staged: Staged) -> None:
    clients("iam").put_user_policy(UserName=staged.uid, PolicyName="another", PolicyDocument=OWN)
