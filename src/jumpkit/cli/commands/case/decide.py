"""Enter a decision: what, between which options, by whom, resting on what."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("decide", help=__doc__)
@click.argument("case")
@click.option("--choice", required=True, help="What was decided.")
@click.option("--question", required=True, help="What was to be decided.")
@click.option("--basis", required=True, help="What it rests on.")
@click.option("--kind", default="general", show_default=True, help="general, containment, no_containment, severity, …")
@click.option("--by", "decider", help="Who decided; you, where nobody is named.")
@click.option("--option", "options", multiple=True, help="What was open; may be repeated.")
@click.option("--supersedes", help="The decision (D-1) that this one takes the place of.")
@click.option("--privileged", is_flag=True, help="Under legal privilege.")
@shared_options
def command(shared: Shared, case: str, **said: Any) -> int:
    """Enter a decision."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.registers import Decision, decide

    made = Decision(**said | {"kind": said["kind"].replace("-", "_")})
    return tell(shared, enter(opening(shared), case, lambda tx, who, row: decide(tx, who, row, made)))
