"""Declare that the signing key is gone, and begin with a new one; every verification names that break."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("lost", help=__doc__)
@click.option("--because", required=True, help="How it was lost.")
@click.option("--to", metavar="PLACE", help="file:PATH or agent:FINGERPRINT, outside; a new one in keys/ by default.")
@shared_options
def command(shared: Shared, because: str, to: str | None) -> int:
    """Declare that the signing key is gone."""
    from jumpkit.app.keyring import declare_lost
    from jumpkit.cli.keyring import tell_change
    from jumpkit.cli.opening import opening

    return tell_change(shared, declare_lost(opening(shared), to, because))
