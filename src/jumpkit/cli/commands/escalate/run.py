"""Tell everybody who is due, in one case or in all that are open; run it every minute, nobody is told twice."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("run", help=__doc__)
@click.argument("case", required=False)
@shared_options
def command(shared: Shared, case: str | None) -> int:
    """Tell everybody who is due."""
    from jumpkit.app.calling import call_due
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    body = call_due(opening(shared), case)
    short = any(each["state"] != "told" for each in body["calls"])
    if shared.as_json:
        emit_json(body)
        return int(short)
    for each in body["calls"]:
        why = f": {each['because']}" if each["because"] else ""
        whom = each["contact"] or each["way"] or "nobody"
        line(
            f"{each['case']}  {each['escalation']}: {each['policy']} step {each['step']}, {whom}: {each['state']}{why}"
        )
    if not body["calls"]:
        line("Nobody is due.")
    return int(short)
