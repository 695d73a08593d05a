"""Enter that a person told somebody whom the policy names, or did not reach them."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("told", help=__doc__)
@click.argument("case")
@click.argument("escalation")
@click.option("--failed", is_flag=True, help="They were not reached.")
@click.option("--note", help="What happened.")
@shared_options
def command(shared: Shared, case: str, escalation: str, note: str | None, *, failed: bool) -> int:
    """Enter that somebody was told."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.escalations import by_hand

    made = enter(opening(shared), case, lambda tx, who, row: by_hand(tx, who, row, escalation, note, failed=failed))
    return tell(shared, made)
