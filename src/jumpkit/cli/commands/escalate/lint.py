"""Find dead ends, loops, and people whom nobody knows in the escalation policies; exit 1 if any."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("lint", help=__doc__)
@click.option("--at", metavar="TIME", help="As it stands at another moment.")
@shared_options
def command(shared: Shared, at: str | None) -> int:
    """Find what is wrong with the policies."""
    from jumpkit.app.escalation import check
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line
    from jumpkit.cli.times import moment_of

    how = opening(shared)
    with reading(how) as desk:
        body = check(desk, how, moment_of(at))
    if shared.as_json:
        emit_json(body)
        return int(bool(body["problems"]))
    for each in body["problems"]:
        step = f" step {each['step']}" if each["step"] else ""
        where = f"{each['policy'] or 'policies'}{step}"
        line(f"{where}: {each['kind'].replace('_', ' ')}: {each['because']}")
    line(f"{len(body['policies'])} policies, {len(body['problems'])} problems.")
    return int(bool(body["problems"]))
