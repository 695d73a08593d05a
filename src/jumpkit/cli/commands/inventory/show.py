"""Show what was there at the last sync: all, one kind, one thing by its id, ARN or name, or what an owner has."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("show", help=__doc__)
@click.argument("what", required=False, metavar="[KIND|ID]")
@click.option("--sync", help="Of this sync instead of the last.")
@click.option("--account", help="Only of this account.")
@click.option("--region", help="Only of this region.")
@click.option("--owner", help="Only what tags say is theirs.")
@click.option("--unowned", is_flag=True, help="Only what no tag says the owner of.")
@shared_options
def command(shared: Shared, sync: str | None, **said: Any) -> int:
    """Show what was there at the last sync."""
    from jumpkit.app.inventoryviews import Filter, shown
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json

    with reading(opening(shared)) as desk:
        told = shown(desk, sync, Filter(**said))
    if shared.as_json:
        emit_json(told)
    else:
        _tell(told)
    return int(bool(told["unknown"] or told["uncovered"]))


def _tell(told: dict[str, Any]) -> None:
    from jumpkit.cli.inventory import tell_unknown
    from jumpkit.cli.output import line, table
    from jumpkit.kit.text import counted

    items = told["items"]
    line(f"{told['sync']}, read until {told['finished']}: {counted(len(items), 'thing')}")
    if len(items) == 1:
        _tell_one(items[0])
    elif items:
        columns = ("kind", "account", "region", "uid", "name", "owner", "criticality")
        table(columns, [[item[column] for column in columns] for item in items])
    tell_unknown(told)


def _tell_one(item: dict[str, Any]) -> None:
    import json

    from jumpkit.cli.output import line

    for name in ("kind", "account", "region", "uid", "arn", "name", "created", "owner", "criticality", "seen_at"):
        line(f"  {name:12} {'-' if item[name] is None else item[name]}")
    for text in json.dumps(item["body"], indent=2, ensure_ascii=False).splitlines():
        line(f"  {text}")
