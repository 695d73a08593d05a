"""A user with one active key."""

from __future__ import annotations

import secrets

from command.clouds import Clients, Staged


def stage(clients: Clients) -> Staged:
    name = f"ci-{secrets.token_hex(4)}"
    iam = clients("iam")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"]
    return Staged(key, {"user": name})


def drift(clients: Clients, staged: Staged) -> None:
    iam = clients("iam")
    key = {"UserName": staged.details["user"], "AccessKeyId": staged.uid}
    [held] = [
        each
        for each in iam.list_access_keys(UserName=key["UserName"])["AccessKeyMetadata"]
        if each["AccessKeyId"] == staged.uid
    ]
    iam.update_access_key(**key, Status="Active" if held["Status"] == "Inactive" else "Inactive")
