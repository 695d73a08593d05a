"""List who may know of a case, and whether it takes that."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("list", help=__doc__)
@click.argument("case")
@shared_options
def command(shared: Shared, case: str) -> int:
    """List who may know of a case."""
    from jumpkit.app.admission import list_members
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line, table

    body = list_members(opening(shared), case)
    if shared.as_json:
        emit_json(body)
        return 0
    line(f"{case} is {'restricted to its members' if body['restricted'] else 'open to everybody at the desk'}.")
    table(("member", "since", "by"), [(each["member"], each["recorded"], each["author"]) for each in body["members"]])
    return 0
