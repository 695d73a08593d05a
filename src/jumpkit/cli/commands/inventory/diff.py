"""Compare two syncs, by default the last two: what came, went and changed, and which ports opened."""

from __future__ import annotations

import json
from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("diff", help=__doc__)
@click.argument("before", required=False, metavar="[SYNC")
@click.argument("after", required=False, metavar="SYNC]")
@shared_options
def command(shared: Shared, before: str | None, after: str | None) -> int:
    """Compare two syncs."""
    from jumpkit.app.inventorydiff import compared
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json

    with reading(opening(shared)) as desk:
        told = compared(desk, before, after)
    if shared.as_json:
        emit_json(told)
    else:
        _tell(told)
    return int(bool(told["not_compared"]))


def _tell(told: dict[str, Any]) -> None:
    from jumpkit.cli.inventory import tell_limits
    from jumpkit.cli.output import line
    from jumpkit.cli.telling_ports import rows
    from jumpkit.kit.text import clip

    line(f"{told['from']['sync']} ({told['from']['finished']}) to {told['to']['sync']} ({told['to']['finished']})")
    for sign, name in (("+", "added"), ("-", "removed")):
        for each in told[name]:
            line(f"{sign} {_named(each)}")
    for each in told["changed"]:
        line(f"~ {_named(each)}")
        for field in each["fields"]:
            was, now = (clip(json.dumps(field[side]), 200) for side in ("was", "now"))
            line(f"    {field['field']}: {was} -> {now}")
    for sign, name in (("+", "added"), ("-", "removed")):
        for state, asset, address, ports, source, via, _ in rows(told["ports"][name]):
            line(f"{sign} port {ports} of {asset} ({address}) for {source} by {via}: {state}")
    tell_limits(told["not_compared"])


def _named(each: dict[str, Any]) -> str:
    name = f" {each['name']}" if each["name"] and each["name"] != each["uid"] else ""
    return f"{each['kind']} {each['uid']}{name} in {each['account']}{', ' + each['region'] if each['region'] else ''}"
