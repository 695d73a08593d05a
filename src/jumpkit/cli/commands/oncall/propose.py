"""Ask whoever is on call now to manage a case; they are its manager once they accept."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("propose", help=__doc__)
@click.argument("case")
@click.option("--rota", help="Of which rota; primary, or the only one.")
@shared_options
def command(shared: Shared, case: str, rota: str | None) -> int:
    """Ask who is on call to manage a case."""
    from jumpkit.app.oncall import propose
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening

    return tell(shared, propose(opening(shared), case, rota))
