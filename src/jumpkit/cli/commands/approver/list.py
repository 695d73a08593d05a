"""List who may approve plans."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("list", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """List the registered keys."""
    from jumpkit.app.approving import listed
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, table

    body = listed(opening(shared))
    if shared.as_json:
        emit_json(body)
        return 0
    columns = ("approver", "person", "fingerprint", "recorded", "withdrawn")
    table(columns, [[row[column] for column in columns] for row in body["approvers"]])
    return 0
