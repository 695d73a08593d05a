"""Place a legal hold: until it is released, nothing of the case is deleted."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("hold", help=__doc__)
@click.argument("case")
@click.option("--signer", required=True, help="Who answers for it.")
@click.option("--reason", required=True, help="Why.")
@shared_options
def command(shared: Shared, case: str, signer: str, reason: str) -> int:
    """Place a legal hold."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.holds import place

    return tell(shared, enter(opening(shared), case, lambda tx, who, row: place(tx, who, row, signer, reason)))
