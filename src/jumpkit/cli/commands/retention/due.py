"""List the cases whose term has run out and that no hold keeps; purging them is left to people."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("due", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """List the cases whose term has run out."""
    from jumpkit.app.retaining import retained
    from jumpkit.cli.keeping import tell_kept
    from jumpkit.cli.opening import opening

    return tell_kept(shared, retained(opening(shared), due_only=True))
