"""End a case as a duplicate of another, which takes over what it held."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("merge", help=__doc__)
@click.argument("case")
@click.argument("into")
@click.option("--reason", required=True, help="Why they are one.")
@shared_options
def command(shared: Shared, case: str, into: str, reason: str) -> int:
    """End a case as a duplicate."""
    from jumpkit.app.casework import join
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening

    return tell(shared, join(opening(shared), case, into, reason))
