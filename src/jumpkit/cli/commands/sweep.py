"""Sweep an account's management plane, read live, for what gives lasting access: judged, and how to take it away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jumpkit.cli.cloud import cloud_options
from jumpkit.cli.options import Shared, shared_options


@click.command("sweep", help=__doc__)
@click.argument("case", required=False)
@click.option("--account", help="The account that we must be in; anything else is refused.")
@click.option("--in", "regions", multiple=True, help="Region to look at; all that the account has by default.")
@click.option(
    "--estate",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The estate file (accounts, automation).",
)
@click.option("--all", "every", is_flag=True, help="Show every row, what is expected and unknown too.")
@cloud_options
@shared_options
def command(shared: Shared, case: str | None, *, access: Any, every: bool, **said: Any) -> int:
    """Sweep and judge."""
    from jumpkit.app.sweeping import Sweep, sweep
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json
    from jumpkit.cli.sweeping import tell_sweep

    asked = Sweep(case, access, said["account"], said["regions"], said["estate"])
    body = sweep(opening(shared), asked)
    if shared.as_json:
        emit_json(body)
    else:
        tell_sweep(body, every=every)
    return 0 if body["whole"] else 1
