"""Show a case: state, severity and what it rests on, moments, roles, findings."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("show", help=__doc__)
@click.argument("case", required=False)
@shared_options
def command(shared: Shared, case: str | None) -> int:
    """Show a case."""
    from jumpkit.app.casebook import one_case
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    with reading(opening(shared)) as desk:
        found = one_case(desk, case)
    if shared.as_json:
        emit_json(found)
        return 0
    line(f"{found['case']}  {found['title']}")
    line(f"  state {found['state']}, severity {found['severity']}")
    for sentence in found["severity_basis"]:
        line(f"  {sentence}")
    for moment in found["moments"]:
        line(f"  {moment['kind']}: {moment['at'] or 'unknown: ' + str(moment['because'])}")
    line(f"  {len(found['incidents'])} incidents, {len(found['findings'])} findings, {found['artifacts']} artifacts")
    return 0
