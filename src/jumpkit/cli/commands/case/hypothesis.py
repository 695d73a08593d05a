"""Enter a hypothesis, or what became of one."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("hypothesis", help=__doc__)
@click.argument("case")
@click.argument("hypothesis")
@click.option("--state", help="open, supported or refuted.")
@click.option("--basis", help="What speaks for it, or decided it.")
@click.option("--evidence", multiple=True, help="Id of an event, a finding, a note; may be repeated.")
@shared_options
def command(shared: Shared, case: str, hypothesis: str, **said: Any) -> int:
    """Enter a hypothesis, in words, or say more of one by its id."""
    from jumpkit.app.casework import enter
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.changes import is_id, judge_hypothesis
    from jumpkit.coordinate.registers import suppose

    if is_id("hypothesis", hypothesis):
        return tell(
            shared, enter(opening(shared), case, lambda tx, who, row: judge_hypothesis(tx, who, row, hypothesis, said))
        )
    how = (hypothesis, said["evidence"], said["basis"])
    return tell(shared, enter(opening(shared), case, lambda tx, who, row: suppose(tx, who, row, *how)))
