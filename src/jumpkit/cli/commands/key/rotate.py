"""Let a new key sign from now on: the old one names it in every log, and both sign that."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("rotate", help=__doc__)
@click.option("--because", required=True, help="Why.")
@click.option("--to", metavar="PLACE", help="file:PATH or agent:FINGERPRINT, outside; a new one in keys/ by default.")
@shared_options
def command(shared: Shared, because: str, to: str | None) -> int:
    """Let a new key sign from now on."""
    from jumpkit.app.keyring import rotate
    from jumpkit.cli.keyring import tell_change
    from jumpkit.cli.opening import opening

    return tell_change(shared, rotate(opening(shared), to, because))
