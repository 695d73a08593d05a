"""Disable an account: its sessions and tokens end at once; it is never removed, since the ledger names it."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("disable", help=__doc__)
@click.argument("name")
@shared_options
def command(shared: Shared, name: str) -> int:
    """Disable an account."""
    from jumpkit.admit.accounts import disable
    from jumpkit.app.admission import change
    from jumpkit.cli.opening import opening
    from jumpkit.cli.told import say

    return say(shared, change(opening(shared), lambda tx, by: disable(tx, by, name)))
