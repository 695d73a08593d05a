"""Enter that somebody tried a contact's channels, and whether it was reached."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("verify", help=__doc__)
@click.argument("contact")
@click.option("--channel", metavar="KIND", help="One channel, by kind or address; all of them else.")
@click.option("--at", metavar="TIME", help="When; now, where nothing is said.")
@click.option("--by", metavar="NAME", help="Who tried; you, where nobody is named.")
@click.option("--how", metavar="TEXT", help="How: a call, a test message.")
@click.option("--failed", is_flag=True, help="It was not reached.")
@shared_options
def command(shared: Shared, contact: str, **told: Any) -> int:
    """Enter that a contact was tried."""
    from jumpkit.app.people import verify_contact
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    body = verify_contact(opening(shared), contact, told)
    if shared.as_json:
        emit_json(body)
        return 0
    for each in body["tried"]:
        line(f"{each['verification']}: {contact}, {each['channel']}: {body['result']} at {body['at']} by {body['by']}")
    return 0
