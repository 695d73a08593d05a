"""Open a case for what is another matter; both point to each other."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("split", help=__doc__)
@click.argument("case")
@click.option("--title", required=True, help="What the new case is about.")
@click.option("--reason", required=True, help="Why it is another matter.")
@click.option("--what", multiple=True, help="Id of a finding or incident that belongs to it; may be repeated.")
@shared_options
def command(shared: Shared, case: str, title: str, reason: str, what: tuple[str, ...]) -> int:
    """Open a case for what is another matter."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.joining import split

    return tell(shared, enter(opening(shared), case, lambda tx, who, row: split(tx, who, row, title, reason, what)))
