"""Enter what a provider was asked, and what it answered; without words, list the exchanges."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("exchange", help=__doc__)
@click.argument("case")
@click.argument("exchange", required=False)
@click.option("--provider", help="Whom: aws, azure, a vendor.")
@click.option("--path", help="By which path; jumpkit provider paths list.")
@click.option("--question", help="What was asked.")
@click.option("--asked", metavar="TIME", help="When; now, where nothing is said.")
@click.option("--answer", help="What was answered to the exchange (E-1).")
@click.option("--answered", metavar="TIME", help="When; now, where nothing is said.")
@click.option("--reference", help="The provider's own id of it.")
@click.option("--by", metavar="NAME", help="Who asked; you, where nobody is named.")
@shared_options
def command(shared: Shared, case: str, exchange: str | None, **told: Any) -> int:
    """Enter an exchange with a provider."""
    from jumpkit.app.casebook import one_case
    from jumpkit.app.casework import enter
    from jumpkit.app.workspace import reading
    from jumpkit.cli.casework import tell, tell_rows
    from jumpkit.cli.opening import opening
    from jumpkit.coordinate.exchanges import answer_provider, ask_provider

    how = opening(shared)
    if exchange is not None:
        return tell(shared, enter(how, case, lambda tx, who, row: answer_provider(tx, who, row, exchange, told)))
    if any(told.values()):
        return tell(shared, enter(how, case, lambda tx, who, row: ask_provider(tx, who, row, told)))
    with reading(how) as desk:
        body = one_case(desk, case)
    return tell_rows(shared, body, "exchanges", ("exchange", "provider", "path", "asked", "answered", "question"))
