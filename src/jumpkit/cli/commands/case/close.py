"""Close a case; refused with what is missing, above all without a review."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("close", help=__doc__)
@click.argument("case")
@click.option("--reason", help="Why now.")
@shared_options
def command(shared: Shared, case: str, reason: str | None) -> int:
    """Close a case."""
    from jumpkit.app.casework import advance
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening

    return tell(shared, advance(opening(shared), case, "closed", reason, None))
