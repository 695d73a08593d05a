"""Show who is on call, now or at a moment, and who comes next."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("show", help=__doc__)
@click.argument("rota", required=False)
@click.option("--at", metavar="TIME", help="At another moment.")
@click.option("--days", default=14, show_default=True, help="How far to look ahead.")
@shared_options
def command(shared: Shared, rota: str | None, at: str | None, days: int) -> int:
    """Show who is on call."""
    from jumpkit.app.oncall import show
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line
    from jumpkit.cli.times import moment_of

    with reading(opening(shared)) as desk:
        body = show(desk, rota, moment_of(at), days)
    if shared.as_json:
        emit_json(body)
    else:
        for each in body["rotas"]:
            people = ", ".join(one["name"] or one["person"] for one in each["now"])
            line(f"{each['rota']}: {people or each['because']}")
            for one in each["ahead"]:
                line(f"  {one['from']} to {one['to']}: {one['name'] or one['person']}")
    return int(any(not each["now"] for each in body["rotas"]))
