"""A key that somebody scheduled for deletion."""

from __future__ import annotations

from command.clouds import Clients, Staged


def stage(clients: Clients) -> Staged:
    kms = clients("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    return Staged(key)
