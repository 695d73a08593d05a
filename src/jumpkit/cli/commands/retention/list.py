"""List until when each case is kept, and what stands against purging it."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("list", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """List until when each case is kept."""
    from jumpkit.app.retaining import retained
    from jumpkit.cli.keeping import tell_kept
    from jumpkit.cli.opening import opening

    return tell_kept(shared, retained(opening(shared)))
