"""Say how often a case is reported to those who lead, where its severity's cadence does not fit; with the reason."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options
from jumpkit.kit.errors import BadUsage


@click.command("cadence", help=__doc__)
@click.argument("case")
@click.option("--every", metavar="LENGTH", help="30m, 2h or 1d.")
@click.option("--usual", is_flag=True, help="As its severity says again.")
@click.option("--reason", help="Why.")
@shared_options
def command(shared: Shared, case: str, every: str | None, reason: str | None, *, usual: bool) -> int:
    """Say how often a case is reported."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.cadence import set_cadence

    if (every is None) is not usual:
        raise BadUsage("say one of --every and --usual", target="--every", hint="--every 2h --reason WHY")
    return tell(shared, enter(opening(shared), case, lambda tx, who, row: set_cadence(tx, who, row, every, reason)))
