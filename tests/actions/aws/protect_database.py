"""A database that anybody may delete."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.databases import database


def stage(clients: Clients) -> Staged:
    return Staged(database(clients))


def drift(clients: Clients, staged: Staged) -> None:
    rds = clients("rds")
    [held] = rds.describe_db_instances(DBInstanceIdentifier=staged.uid)["DBInstances"]
    rds.modify_db_instance(DBInstanceIdentifier=staged.uid, DeletionProtection=not held["DeletionProtection"])
