"""Read what was done and decided on a case, by whom and when, from its ledger."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("journal", help=__doc__)
@click.argument("case", required=False)
@click.option("--all", "whole", is_flag=True, help="Also the lines that only vouch for rows and seal.")
@shared_options
def command(shared: Shared, case: str | None, *, whole: bool) -> int:
    """Read the journal of a case."""
    from jumpkit.app.casework import journal_of
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line, table

    with reading(opening(shared)) as desk:
        body = journal_of(desk, case, whole=whole)
    if shared.as_json:
        emit_json(body)
        return 0
    rows = [[each[name] for name in ("seq", "at", "author", "kind", "what")] for each in body["entries"]]
    table(("line", "at", "who", "what", "with"), rows)
    if body["left_out"]:
        line(f"{body['left_out']} lines that vouch for rows and seal are not shown: --all")
    return 0
