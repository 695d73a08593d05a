"""Say that an item of a check is benign: the same news of that principal count no more; the ledger keeps why."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("benign", help=__doc__)
@click.argument("item")
@click.option("--case", help="The case in whose check it stands; the latest by default.")
@click.option("--baseline", help="The baseline that the case was held against; the latest by default.")
@click.option("--because", required=True, help="Why; it is entered in the ledger.")
@shared_options
def command(shared: Shared, item: str, case: str | None, baseline: str | None, because: str) -> int:
    """Say that an item of a check is benign."""
    from jumpkit.app.baseline import call_benign
    from jumpkit.app.latest import latest_case
    from jumpkit.app.workspace import writing
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    with writing(opening(shared)) as desk:
        found = call_benign(desk, latest_case(desk, case), item, because, baseline)
    if shared.as_json:
        emit_json(found)
    else:
        line(f"{len(found['features'])} features of {found['subject']} are benign from now on: {because}")
    return 0
