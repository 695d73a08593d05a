"""List the kinds of things that a sync asks for, with the calls and the IAM actions that each needs."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("kinds", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """List the kinds of things that a sync asks for."""
    from jumpkit.app.inventoryviews import kinds
    from jumpkit.cli.output import emit_json, table

    told = kinds()
    if shared.as_json:
        emit_json(told)
    else:
        columns = ("kind", "category", "reach", "title")
        table(columns, [[each[column] for column in columns] for each in told["kinds"]])
    return 0
