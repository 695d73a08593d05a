"""Find hours in which nobody is on call, or two people are; exit 1 if any."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("check", help=__doc__)
@click.argument("rota", required=False)
@click.option("--at", metavar="TIME", help="From another moment on.")
@click.option("--days", default=90, show_default=True, help="How far to look ahead.")
@shared_options
def command(shared: Shared, rota: str | None, at: str | None, days: int) -> int:
    """Find gaps and overlaps."""
    from jumpkit.app.oncall import check
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line
    from jumpkit.cli.times import moment_of

    with reading(opening(shared)) as desk:
        body = check(desk, rota, moment_of(at), days)
    if shared.as_json:
        emit_json(body)
        return int(bool(body["problems"]))
    for each in body["problems"]:
        when = f" {each['from']} to {each['to']}" if each["from"] else ""
        line(f"{each['rota']}: {each['kind'].replace('_', ' ')}{when}: {each['because']}")
    if not body["problems"]:
        line(f"No gap and no overlap from {body['at']} to {body['until']}.")
    return int(bool(body["problems"]))
