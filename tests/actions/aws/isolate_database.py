"""A database in one group, to be put into another."""

from __future__ import annotations

from command.clouds import Clients, Staged
from command.databases import database


def stage(clients: Clients) -> Staged:
    return Staged(database(clients), options={"group": "sg-0aaaaaaaaaaaaaaaa"})


def drift(clients: Clients, staged: Staged) -> None:
    clients("rds").modify_db_instance(
        DBInstanceIdentifier=staged.uid, VpcSecurityGroupIds=["sg-0bbbbbbbbbbbbbbbb"], ApplyImmediately=True
    )
