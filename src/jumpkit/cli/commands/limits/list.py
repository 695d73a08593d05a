"""List what is not logged over all cases of the workspace: since which case, and whether it still is so."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("list", help=__doc__)
@click.option("--open", "open_only", is_flag=True, help="Leave out what a later case of the same account shows closed.")
@shared_options
def command(shared: Shared, *, open_only: bool) -> int:
    """List standing limits."""
    from jumpkit.app.limits import limits
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line, table

    with reading(opening(shared)) as desk:
        answer = limits(desk, open_only=open_only)
    if shared.as_json:
        emit_json(answer)
        return 0
    items = answer["items"]
    line(f"{len(items)} standing limits over {len(answer['cases'])} case(s)")
    if items:
        line()
        table(
            ["State", "Account", "What", "Since", "Weakens", "Closing it"],
            [
                [
                    item["state"],
                    item["account"],
                    item["kind"].replace("_", " "),
                    item["cases"][0],
                    ", ".join(item["affects"]),
                    item["closing"],
                ]
                for item in items
            ],
        )
    return 0
