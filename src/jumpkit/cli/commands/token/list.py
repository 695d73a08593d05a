"""List the tokens of the desk, without what opens anything."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("list", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """List the tokens."""
    from jumpkit.app.admission import list_tokens
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, table

    with reading(opening(shared)) as desk:
        body = list_tokens(desk)
    if shared.as_json:
        emit_json(body)
    else:
        rows = [
            (each["token"], each["name"], each["role"], each["expires"], each["revoked"]) for each in body["tokens"]
        ]
        table(("token", "name", "role", "expires", "revoked"), rows)
    return 0
