"""Show which channels a case still trusts, and which ways that leaves."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("show", help=__doc__)
@click.argument("case")
@shared_options
def command(shared: Shared, case: str) -> int:
    """Show which channels a case still trusts."""
    from jumpkit.app.comms import shown
    from jumpkit.app.workspace import reading
    from jumpkit.cli.commands.comms.check import tell_role
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    how = opening(shared)
    with reading(how) as desk:
        body = shown(desk, how, case)
    if shared.as_json:
        emit_json(body)
        return 0
    line(f"{body['case']}  {body['title']}: {'out of band' if body['mode'] == 'oob' else 'on its usual channels'}")
    for each in body["distrusted"]:
        line(f"  {each['name']} is {each['level']} since {each['recorded']}: {each['reason']}")
    for each in body["channels"]:
        line(f"  channel {each['channel']}: {'may be used' if each['usable'] else each['because']}")
    for role in body["roles"]:
        tell_role(role)
    return 0
