"""Let somebody know of a case no longer: an account, or a token that acts for itself."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("remove", help=__doc__)
@click.argument("case")
@click.argument("name")
@shared_options
def command(shared: Shared, case: str, name: str) -> int:
    """Let somebody know of a case no longer."""
    from jumpkit.admit.members import remove
    from jumpkit.app.admission import change_members
    from jumpkit.cli.opening import opening
    from jumpkit.cli.told import say

    return say(shared, change_members(opening(shared), case, lambda tx, by: remove(tx, by, case, name)))
