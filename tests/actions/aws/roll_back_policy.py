"""A policy whose second version allows everything."""

from __future__ import annotations

import secrets

from command.clouds import Clients, Staged

READ = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'
ALL = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'


def stage(clients: Clients) -> Staged:
    iam = clients("iam")
    arn = iam.create_policy(PolicyName=f"p-{secrets.token_hex(4)}", PolicyDocument=READ)["Policy"]["Arn"]
    for _ in range(2):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=ALL, SetAsDefault=True)
    return Staged(arn, options={"version": "v1"})


def drift(clients: Clients, staged: Staged) -> None:
    clients("iam").set_default_policy_version(PolicyArn=staged.uid, VersionId="v2")
