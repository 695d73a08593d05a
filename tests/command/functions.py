"""Functions set up on the emulator."""

from __future__ import annotations

import io
import secrets
import zipfile
from typing import TYPE_CHECKING

from command.machines import role

if TYPE_CHECKING:
    from command.clouds import Clients


def function(clients: Clients) -> str:
    """Make a function that returns nothing."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("main.py", "def handler(event, context):\n    return {}\n")
    name = f"fn-{secrets.token_hex(4)}"
    arn = clients("iam").get_role(RoleName=role(clients))["Role"]["Arn"]
    told = {"FunctionName": name, "Runtime": "python3.12", "Role": arn, "Handler": "main.handler"}
    clients("lambda").create_function(**told, Code={"ZipFile": packed.getvalue()})
    return name
