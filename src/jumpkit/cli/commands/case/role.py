"""Ask somebody to take a role, accept or end one, or declare solo mode."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options
from jumpkit.kit.errors import BadUsage


@click.command("role", help=__doc__)
@click.argument("case")
@click.argument("role", required=False)
@click.argument("person", required=False)
@click.option("--accept", is_flag=True, help="They have said yes; or, with the entry (R-1) alone: they now say yes.")
@click.option("--end", "ended", help="End, or decline, the entry (R-1), for this reason.")
@click.option("--solo", help="One person works alone, for this reason; every report says so.")
@click.option("--no-solo", is_flag=True, help="That is over.")
@shared_options
def command(shared: Shared, case: str, role: str | None, person: str | None, **said: Any) -> int:
    """Ask somebody to take a role."""
    from jumpkit.app.casebook import one_case
    from jumpkit.app.casework import enter
    from jumpkit.app.workspace import reading
    from jumpkit.cli.casework import tell, tell_rows
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.roles import accept_role, ask_role, declare_solo, end_role

    how = opening(shared)
    if said["solo"] or said["no_solo"]:
        return tell(shared, enter(how, case, lambda tx, who, row: declare_solo(tx, who, row, said["solo"])))
    if role is None:
        with reading(how) as desk:
            body = one_case(desk, case)
        return tell_rows(shared, body, "roles", ("entry", "role", "name", "accepted", "until"))
    if person is not None:
        return tell(
            shared, enter(how, case, lambda tx, who, row: ask_role(tx, who, row, role, person, accepted=said["accept"]))
        )
    if said["ended"]:
        return tell(shared, enter(how, case, lambda tx, who, row: end_role(tx, who, row, role, said["ended"])))
    if not said["accept"]:
        raise BadUsage("say who", target=role, hint=f"jumpkit case role {case} {role} PERSON")
    return tell(shared, enter(how, case, lambda tx, who, row: accept_role(tx, who, row, role)))
