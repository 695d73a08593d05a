"""List the accounts of the desk."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("list", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """List the accounts."""
    from jumpkit.app.admission import list_users
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, table

    with reading(opening(shared)) as desk:
        body = list_users(desk)
    if shared.as_json:
        emit_json(body)
    else:
        rows = [(each["account"], each["role"], each["factors"], each["disabled"]) for each in body["users"]]
        table(("account", "role", "second factors", "disabled"), rows)
    return 0
