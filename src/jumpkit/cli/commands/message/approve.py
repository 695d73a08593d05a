"""Approve a draft; who wrote it does not, but in solo mode."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("approve", help=__doc__)
@click.argument("case")
@click.argument("message")
@click.option("--by", "approver", help="Who approves; you, where nobody is named.")
@shared_options
def command(shared: Shared, case: str, message: str, approver: str | None) -> int:
    """Approve a draft."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.messages import approve

    return tell(shared, enter(opening(shared), case, lambda tx, who, row: approve(tx, who, row, message, approver)))
