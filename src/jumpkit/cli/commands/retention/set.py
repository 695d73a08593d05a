"""Enter how long every case is kept that has no term of its own."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("set", help=__doc__)
@click.option("--until", metavar="TIME", help="Kept until then.")
@click.option("--days", type=int, help="Kept for so many days after their end.")
@click.option("--because", required=True, help="Which law, contract or decision says so.")
@shared_options
def command(shared: Shared, until: str | None, days: int | None, because: str) -> int:
    """Enter how long every case is kept."""
    from jumpkit.app.retaining import set_general
    from jumpkit.cli.keeping import tell_kept
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.retention import Term

    return tell_kept(shared, set_general(opening(shared), Term(until, days, because)))
