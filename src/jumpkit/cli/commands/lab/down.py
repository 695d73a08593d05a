"""Stop the lab of this workspace; its state is gone, the logs and alerts of its attacks stay."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("down", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """Stop the lab."""
    from jumpkit.app.livelab import lab_down
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    body = lab_down(opening(shared).home)
    if shared.as_json:
        emit_json(body)
    else:
        line("The lab is down." if body["stopped"] else "No lab ran in this workspace.")
    return 0
