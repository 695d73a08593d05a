"""Take a plan back in reverse order; where somebody changed a target since, nothing is written and it says what."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.cloud import cloud_options
from jumpkit.cli.options import Shared, shared_options


@click.command("undo", help=__doc__)
@click.argument("plan")
@click.option("--proceed", is_flag=True, help="Also where that lets credentials work again that an intruder may hold.")
@cloud_options
@shared_options
def command(shared: Shared, plan: str, *, proceed: bool, access: Any) -> int:
    """Take a plan back."""
    from jumpkit.app.acting import undo_plan
    from jumpkit.cli.opening import opening
    from jumpkit.cli.plans import tell_outcomes

    return tell_outcomes(shared, undo_plan(opening(shared), plan, access, proceed=proceed))
