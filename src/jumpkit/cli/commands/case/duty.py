"""Enter that a report was handed in, that a duty is held back, or that it does not apply."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options
from jumpkit.kit.errors import BadUsage


@click.command("duty", help=__doc__)
@click.argument("case")
@click.argument("clock", nargs=-1, required=True)
@click.option("--submitted", metavar="TIME", help="When it was handed in.")
@click.option("--receipt", help="What proves it.")
@click.option("--not-applicable", is_flag=True, help="It does not apply; needs signer and reason.")
@click.option("--held", metavar="UNTIL", help="A delay was granted until then; needs signer and reason.")
@click.option("--released", is_flag=True, help="The delay is over.")
@click.option("--withdrawn", is_flag=True, help="It applies after all.")
@click.option("--signer", help="Who answers for it.")
@click.option("--reason", help="Why.")
@shared_options
def command(shared: Shared, case: str, clock: tuple[str, ...], **said: Any) -> int:
    """Enter what became of duties, by the ids of their clocks."""
    from jumpkit.app.casework import enter_duties
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.clocks.duties import WHAT, Word

    how = opening(shared)
    what = [name for name in WHAT if said[name]]
    if len(what) != 1:
        raise BadUsage("say one thing of a duty", target=clock[0], hint="--submitted, --not-applicable, --held, …")
    time = said["submitted"] or said["held"]
    word = Word(what[0], time, said["signer"], said["reason"], said["receipt"])
    return tell(shared, enter_duties(how, case, clock, word))
