"""Change what kind of case it is, its cause, severity or marks; what they were stays in the journal."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("reclassify", help=__doc__)
@click.argument("case")
@click.option("--kind", help="security, outage, quota, deletion, billing, misconfiguration or other.")
@click.option("--cause", help="What caused it; unknown opens the question again.")
@click.option("--severity", help="informational, low, medium, high or critical.")
@click.option("--tlp", help="clear, green, amber, amber+strict or red.")
@click.option("--restricted/--not-restricted", default=None, help="For those named on the case only.")
@click.option("--privileged/--not-privileged", default=None, help="Under legal privilege.")
@click.option("--reason", required=True, help="Why.")
@shared_options
def command(shared: Shared, case: str, reason: str, **fields: Any) -> int:
    """Change what kind of case it is."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.movement import reclassify

    plain = {name: int(value) if isinstance(value, bool) else value for name, value in fields.items()}
    return tell(shared, enter(opening(shared), case, lambda tx, who, row: reclassify(tx, who, row, plain, reason)))
