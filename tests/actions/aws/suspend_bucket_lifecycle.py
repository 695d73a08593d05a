"""A bucket whose objects expire."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.machines import bucket


def write(clients: Clients, name: str, days: int) -> None:
    rules = [
        {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": days}},
        {"ID": "off", "Status": "Disabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 1}},
    ]
    clients("s3").put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": rules})


def stage(clients: Clients) -> Staged:
    name = bucket(clients)
    write(clients, name, 30)
    return Staged(name)


def drift(clients: Clients, staged: Staged) -> None:
    write(clients, staged.uid, 1)
