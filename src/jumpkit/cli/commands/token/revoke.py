"""End a token at once."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("revoke", help=__doc__)
@click.argument("token")
@shared_options
def command(shared: Shared, token: str) -> int:
    """End a token."""
    from jumpkit.admit.tokens import revoke
    from jumpkit.app.admission import change
    from jumpkit.cli.opening import opening
    from jumpkit.cli.told import say

    return say(shared, change(opening(shared), lambda tx, by: revoke(tx, by, token)))
