"""Send an approved message once, and say what became of it: sent, failed or unknown."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("send", help=__doc__)
@click.argument("case")
@click.argument("message")
@shared_options
def command(shared: Shared, case: str, message: str) -> int:
    """Send an approved message once."""
    from jumpkit.app.messaging import send_message
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening

    made = send_message(opening(shared), case, message)
    return tell(shared, made) or int(made["delivery"] != "sent")
