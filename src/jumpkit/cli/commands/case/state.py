"""Move a case to another state; a guard says what lacks."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("state", help=__doc__)
@click.argument("case")
@click.argument("state")
@click.option("--reason", help="Why it goes there; going back or on hold needs one.")
@click.option("--override", help="Go in spite of what lacks, for this reason; it is entered, and closes no case.")
@shared_options
def command(shared: Shared, case: str, state: str, reason: str | None, override: str | None) -> int:
    """Move a case to another state."""
    from jumpkit.app.casework import advance
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening

    return tell(shared, advance(opening(shared), case, state.replace("-", "_"), reason, override))
