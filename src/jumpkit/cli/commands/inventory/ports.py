"""List open ports by asset: groups, routes, network ACLs and public addresses of the last sync taken together."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("ports", help=__doc__)
@click.option("--exposed", is_flag=True, help="Only what the internet reaches, and what nobody can tell of.")
@click.option("--sync", help="Of this sync instead of the last.")
@shared_options
def command(shared: Shared, *, exposed: bool, sync: str | None) -> int:
    """List open ports by asset."""
    from jumpkit.app.inventorynets import ports
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json

    with reading(opening(shared)) as desk:
        told = ports(desk, sync, exposed=exposed)
    if shared.as_json:
        emit_json(told)
    else:
        _tell(told)
    return int(bool(told["limits"]))


def _tell(told: dict[str, Any]) -> None:
    from jumpkit.cli.inventory import tell_limits
    from jumpkit.cli.output import line, table
    from jumpkit.cli.telling_ports import rows

    if told["ports"]:
        table(("state", "asset", "address", "ports", "from", "by", "because"), rows(told["ports"]))
    else:
        line("Nothing was found open." if not told["limits"] else "Nothing was found open in what was read.")
    tell_limits(told["limits"])
