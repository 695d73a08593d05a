"""Enable a disabled account again."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("enable", help=__doc__)
@click.argument("name")
@shared_options
def command(shared: Shared, name: str) -> int:
    """Enable an account."""
    from jumpkit.admit.accounts import enable
    from jumpkit.app.admission import change
    from jumpkit.cli.opening import opening
    from jumpkit.cli.told import say

    return say(shared, change(opening(shared), lambda tx, by: enable(tx, by, name)))
