"""Databases set up on the emulator."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command.clouds import Clients


def database(clients: Clients) -> str:
    name = f"db-{secrets.token_hex(4)}"
    told = {"DBInstanceIdentifier": name, "DBInstanceClass": "db.t3.micro", "Engine": "postgres"}
    clients("rds").create_db_instance(
        **told,
        AllocatedStorage=20,
        MasterUsername="master",
        MasterUserPassword=secrets.token_hex(12),
        VpcSecurityGroupIds=["sg-0123456789abcdef0"],
    )
    return name
