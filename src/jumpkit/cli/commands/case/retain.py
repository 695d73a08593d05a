"""Enter how long a case is kept: it is not purged before, and nothing is deleted by itself after."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("retain", help=__doc__)
@click.argument("case")
@click.option("--until", metavar="TIME", help="Kept until then.")
@click.option("--days", type=int, help="Kept for so many days after its end.")
@click.option("--because", required=True, help="Which law, contract or decision says so.")
@shared_options
def command(shared: Shared, case: str, until: str | None, days: int | None, because: str) -> int:
    """Enter how long a case is kept."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.retention import Term, retain

    term = Term(until, days, because)
    return tell(shared, enter(opening(shared), case, lambda tx, who, row: retain(tx, who, row, term)))
