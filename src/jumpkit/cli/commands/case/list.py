"""List the cases of this workspace."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("list", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """List the cases."""
    from jumpkit.app.casebook import all_cases
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, table

    with reading(opening(shared)) as desk:
        found = all_cases(desk)
    if shared.as_json:
        emit_json({"schema": "cases/1", "cases": found})
    else:
        table(
            ("case", "state", "severity", "title"), [(c["case"], c["state"], c["severity"], c["title"]) for c in found]
        )
    return 0
