"""Show who should have been told by now in a case, who was, and who comes next; exit 1 where somebody was not."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("show", help=__doc__)
@click.argument("case")
@click.option("--at", metavar="TIME", help="As it stands at another moment.")
@shared_options
def command(shared: Shared, case: str, at: str | None) -> int:
    """Show how escalation stands."""
    from jumpkit.app.escalation import standing_of
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line
    from jumpkit.cli.times import moment_of

    how = opening(shared)
    with reading(how) as desk:
        body = standing_of(desk, how, case, moment_of(at))
    if shared.as_json:
        emit_json(body)
        return int(bool(body["overdue"]))
    if body["because"]:
        line(f"{case}: {body['because']}")
    for each in body["calls"]:
        state = "NOT TOLD" if each["state"] == "due" else each["state"]
        whom = " ".join(filter(None, (each["name"] or each["contact"], each["way"]))) or "nobody"
        named = f"{each['escalation']}, " if each["escalation"] else ""
        why = f": {each['because']}" if each["because"] else ""
        line(f"{state:<8} {each['at']}  {named}{each['policy']} step {each['step']}: {whom}{why}")
    return int(bool(body["overdue"]))
