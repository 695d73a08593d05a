"""Let somebody know of a case: an account, or a token that acts for itself."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("add", help=__doc__)
@click.argument("case")
@click.argument("name")
@shared_options
def command(shared: Shared, case: str, name: str) -> int:
    """Let somebody know of a case."""
    from jumpkit.admit.members import add
    from jumpkit.app.admission import change_members
    from jumpkit.cli.opening import opening
    from jumpkit.cli.told import say

    return say(shared, change_members(opening(shared), case, lambda tx, by: add(tx, by, case, name)))
