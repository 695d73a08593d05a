"""A bucket with two of the four switches on."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import bucket

HALF = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": False, "RestrictPublicBuckets": False}


def stage(clients: Clients) -> Staged:
    name = bucket(clients)
    clients("s3").put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=HALF)
    return Staged(name)


def drift(clients: Clients, staged: Staged) -> None:
    none = dict.fromkeys(HALF, False)
    clients("s3").put_public_access_block(Bucket=staged.uid, PublicAccessBlockConfiguration=none)
