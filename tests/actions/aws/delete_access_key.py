"""A user with a key that is disabled."""

from __future__ import annotations

import secrets

from command.clouds import Clients, Staged


def stage(clients: Clients) -> Staged:
    name = f"ci-{secrets.token_hex(4)}"
    iam = clients("iam")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
    iam.update_access_key(UserName=name, AccessKeyId=key, Status="Inactive")
    return Staged(key, {"user": name})
