"""A role with an inline policy of its own."""

from __future__ import annotations

import secrets

from command.clouds import Clients, Staged

TRUST = '{"Version": "2012-10-17", "Statement": []}'
OWN = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'


def stage(clients: Clients) -> Staged:
    name = f"web-{secrets.token_hex(4)}"
    iam = clients("iam")
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=OWN)
    return Staged(name)


def drift(clients: Clients, staged: Staged) -> None:
    clients("iam").put_role_policy(RoleName=staged.uid, PolicyName="another", PolicyDocument=OWN)
