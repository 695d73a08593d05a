"""Say whether a lab runs in this workspace, and how it is reached."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("status", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """Say whether a lab runs."""
    from jumpkit.app.livelab import lab_status
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    body = lab_status(opening(shared).home)
    if shared.as_json:
        emit_json(body)
    elif body["running"]:
        line(f"A lab runs at {body['endpoint_url']} (process {body['pid']}), accounts {', '.join(body['accounts'])}.")
    else:
        line("No lab runs in this workspace.")
    return 0
