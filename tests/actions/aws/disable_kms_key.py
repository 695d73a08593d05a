"""A key of the customer's."""

from __future__ import annotations

from command.clouds import Clients, Staged


def stage(clients: Clients) -> Staged:
    return Staged(clients("kms").create_key()["KeyMetadata"]["KeyId"])


def drift(clients: Clients, staged: Staged) -> None:
    clients("kms").schedule_key_deletion(KeyId=staged.uid, PendingWindowInDays=7)
