"""A key that somebody disabled."""

from __future__ import annotations

from command.clouds import Clients, Staged


def stage(clients: Clients) -> Staged:
    kms = clients("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=key)
    return Staged(key)


def drift(clients: Clients, staged: Staged) -> None:
    clients("kms").schedule_key_deletion(KeyId=staged.uid, PendingWindowInDays=7)
