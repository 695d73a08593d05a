"""Give an account another role; it counts from the next request on."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("role", help=__doc__)
@click.argument("name")
@click.argument("role")
@shared_options
def command(shared: Shared, name: str, role: str) -> int:
    """Give an account another role."""
    from jumpkit.admit.accounts import set_role
    from jumpkit.app.admission import change
    from jumpkit.cli.opening import opening
    from jumpkit.cli.told import say

    return say(shared, change(opening(shared), lambda tx, _by: set_role(tx, name, role)))
