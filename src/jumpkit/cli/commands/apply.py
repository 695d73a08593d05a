"""Run an approved plan: look, write the intent, change, look again; it says what came of each step."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.cloud import cloud_options
from jumpkit.cli.options import Shared, shared_options


@click.command("apply", help=__doc__)
@click.argument("plan")
@click.option("--dry-run", is_flag=True, help="Show the calls that would be made, and make none; needs no approval.")
@cloud_options
@shared_options
def command(shared: Shared, plan: str, *, dry_run: bool, access: Any) -> int:
    """Run a plan."""
    from jumpkit.app import acting
    from jumpkit.cli.opening import opening
    from jumpkit.cli.plans import tell_outcomes, tell_plan

    if dry_run:
        return tell_plan(shared, acting.dry_run(opening(shared), plan))
    return tell_outcomes(shared, acting.apply_plan(opening(shared), plan, access))
