"""Enter that somebody takes a case on: from then on nobody else is told."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("ack", help=__doc__)
@click.argument("case")
@click.option("--by", metavar="NAME", help="Who takes it on; you, where nobody is named.")
@click.option("--at", "time", metavar="TIME", default="now", help="When; now, where nothing is said.")
@shared_options
def command(shared: Shared, case: str, by: str | None, time: str) -> int:
    """Enter that somebody takes it on."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.escalations import acknowledge

    return tell(shared, enter(opening(shared), case, lambda tx, who, row: acknowledge(tx, who, row, by, time)))
