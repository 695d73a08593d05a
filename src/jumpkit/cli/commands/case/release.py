"""Release a legal hold, signed and with a reason."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("release", help=__doc__)
@click.argument("case")
@click.argument("hold")
@click.option("--signer", required=True, help="Who answers for it.")
@click.option("--reason", required=True, help="Why.")
@shared_options
def command(shared: Shared, case: str, hold: str, signer: str, reason: str) -> int:
    """Release a legal hold."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.holds import release

    return tell(shared, enter(opening(shared), case, lambda tx, who, row: release(tx, who, row, hold, signer, reason)))
