"""Say when something was: a moment that stood before is superseded, and stays in the history."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options
from jumpkit.kit.errors import BadUsage


@click.command("moment", help=__doc__)
@click.argument("case")
@click.argument("kind")
@click.argument("time", required=False)
@click.option("--basis", help="How you know, or why it is withdrawn.")
@click.option("--withdraw", is_flag=True, help="It was an error, and nothing takes its place.")
@shared_options
def command(shared: Shared, case: str, kind: str, time: str | None, **said: Any) -> int:
    """Say when something was."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.moments import set_moment, withdraw_moment

    basis = said["basis"]
    if said["withdraw"] == (time is not None):
        raise BadUsage("say a time, or --withdraw", target=kind, hint="such as 2026-03-28T23:30+01:00, a day, or now")
    if time is None:
        return tell(
            shared, enter(opening(shared), case, lambda tx, who, row: withdraw_moment(tx, who, row, kind, basis))
        )
    return tell(shared, enter(opening(shared), case, lambda tx, who, row: set_moment(tx, who, row, kind, time, basis)))
