"""Open an ended case again, with all that was entered before."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("reopen", help=__doc__)
@click.argument("case")
@click.option("--reason", required=True, help="Why.")
@shared_options
def command(shared: Shared, case: str, reason: str) -> int:
    """Open an ended case again."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.movement import reopen

    return tell(shared, enter(opening(shared), case, lambda tx, who, row: reopen(tx, who, row, reason)))
