"""Go on with a plan that was interrupted: what is there is looked at before anything is sent again."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.cloud import cloud_options
from jumpkit.cli.options import Shared, shared_options


@click.command("resume", help=__doc__)
@click.argument("plan")
@cloud_options
@shared_options
def command(shared: Shared, plan: str, *, access: Any) -> int:
    """Go on with a plan."""
    from jumpkit.app.acting import resume_plan
    from jumpkit.cli.opening import opening
    from jumpkit.cli.plans import tell_outcomes

    return tell_outcomes(shared, resume_plan(opening(shared), plan, access))
