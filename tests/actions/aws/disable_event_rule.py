"""A rule that runs every hour."""

from __future__ import annotations

import secrets

from command.clouds import Clients, Staged


def stage(clients: Clients) -> Staged:
    name = f"rule-{secrets.token_hex(4)}"
    clients("events").put_rule(Name=name, ScheduleExpression="rate(1 hour)")
    return Staged(name)


def drift(clients: Clients, staged: Staged) -> None:
    events = clients("events")
    held = events.describe_rule(Name=staged.uid)["State"]
    events.put_rule(Name=staged.uid, ScheduleExpression="rate(5 minutes)", State=held)
