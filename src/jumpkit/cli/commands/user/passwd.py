"""Give an account another password, asked or from stdin; every session from before ends."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("passwd", help=__doc__)
@click.argument("name")
@click.option("--no-factors", is_flag=True, help="Remove the second factors too, as when a phone is lost.")
@shared_options
def command(shared: Shared, name: str, *, no_factors: bool) -> int:
    """Give an account another password."""
    from jumpkit.admit.accounts import set_password
    from jumpkit.admit.factors import remove
    from jumpkit.app.admission import change
    from jumpkit.cli.asking import asked_password
    from jumpkit.cli.opening import opening
    from jumpkit.cli.told import say

    how, password = opening(shared), asked_password(name)
    if no_factors:
        change(how, lambda tx, by: remove(tx, by, name.strip().lower()))
    return say(shared, change(how, lambda tx, by: set_password(tx, by, name, password)))
