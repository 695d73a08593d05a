"""Add an account; its password is asked, or read from stdin."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("add", help=__doc__)
@click.argument("name")
@click.option("--role", required=True, help="viewer, analyst, responder, approver, manager, legal or admin.")
@click.option("--no-password", is_flag=True, help="They come in by single sign-on only.")
@shared_options
def command(shared: Shared, name: str, role: str, *, no_password: bool) -> int:
    """Add an account."""
    from jumpkit.app.admission import add_user
    from jumpkit.cli.asking import asked_password
    from jumpkit.cli.opening import opening
    from jumpkit.cli.told import say

    return say(shared, add_user(opening(shared), name, role, None if no_password else asked_password(name)))
