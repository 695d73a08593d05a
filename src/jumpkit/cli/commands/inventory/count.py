"""Count what was there at the last sync, by type, account, region, owner or category."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("count", help=__doc__)
@click.option("--by", default="type", show_default=True, help="type, account, region, owner or category.")
@click.option("--sync", help="Of this sync instead of the last.")
@shared_options
def command(shared: Shared, by: str, sync: str | None) -> int:
    """Count what was there at the last sync."""
    from jumpkit.app.inventoryviews import counted
    from jumpkit.app.workspace import reading
    from jumpkit.cli.inventory import tell_unknown
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, table

    with reading(opening(shared)) as desk:
        told = counted(desk, sync, by)
    if shared.as_json:
        emit_json(told)
    else:
        rows = [[each[by], f"{'at least ' if each['at_least'] else ''}{each['count']:,}"] for each in told["counts"]]
        table((by, "things"), rows)
        tell_unknown(told)
    return int(bool(told["unknown"] or told["uncovered"]))
