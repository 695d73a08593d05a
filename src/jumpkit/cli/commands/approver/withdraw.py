"""Let a person's key count no longer for what is approved from now on."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("withdraw", help=__doc__)
@click.argument("approver")
@shared_options
def command(shared: Shared, approver: str) -> int:
    """Withdraw a key."""
    from jumpkit.app.approving import remove
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    body = remove(opening(shared), approver)
    if shared.as_json:
        emit_json(body)
    else:
        line(f"{body['approver']} ({body['person']}) counts no longer, since {body['withdrawn']}")
    return 0
