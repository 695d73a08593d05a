"""A user with a password."""

from __future__ import annotations

import secrets

from command.clouds import Clients, Staged


def stage(clients: Clients) -> Staged:
    name = f"ben-{secrets.token_hex(4)}"
    iam = clients("iam")
    iam.create_user(UserName=name)
    iam.create_login_profile(UserName=name, Password=secrets.token_urlsafe(24))
    return Staged(name)
