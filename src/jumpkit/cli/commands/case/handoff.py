"""Offer a case, or a role in it, to somebody; it counts once they accept."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options
from jumpkit.kit.errors import BadUsage


@click.command("handoff", help=__doc__)
@click.argument("case")
@click.argument("handoff", required=False)
@click.option("--to", help="The receiver.")
@click.option("--summary", help="Where it stands, and what comes next.")
@click.option("--role", help="The role that passes, such as manager.")
@click.option("--due", help="Until when an answer is needed.")
@click.option("--accept", is_flag=True, help="The receiver accepts the hand-off (X-1).")
@click.option("--refuse", help="The receiver refuses it, for this reason.")
@shared_options
def command(shared: Shared, case: str, handoff: str | None, **said: Any) -> int:
    """Offer a case to somebody."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.handoffs import answer, offer

    how = opening(shared)
    if handoff is None:
        return tell(shared, enter(how, case, lambda tx, who, row: offer(tx, who, row, said)))
    accept, refuse = said["accept"], said["refuse"]
    if accept == (refuse is not None):
        raise BadUsage("say --accept or --refuse REASON", target=handoff, hint=f"jumpkit case show {case}")
    return tell(
        shared, enter(how, case, lambda tx, who, row: answer(tx, who, row, handoff, accept=accept, words=refuse))
    )
