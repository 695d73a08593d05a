"""Make a token for a program, or for an account of that name; it is shown this once."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("add", help=__doc__)
@click.argument("name")
@click.option("--role", required=True, help="viewer, analyst, responder, approver, manager, legal or admin.")
@click.option("--expires", default="30d", show_default=True, help="How long it holds: 30m, 1h, 7d; at most 366d.")
@shared_options
def command(shared: Shared, name: str, role: str, expires: str) -> int:
    """Make a token."""
    from jumpkit.app.admission import make_token
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    body = make_token(opening(shared), name, role, expires)
    if shared.as_json:
        emit_json(body)
    else:
        line(body["told"])
        line(body["token"])
    return 0
