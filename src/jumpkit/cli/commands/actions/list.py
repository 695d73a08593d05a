"""List what can be done to a cloud, with its danger and whether it can be taken back."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("list", help=__doc__)
@click.option("--verb", help="collect, contain, eradicate, recover or guard.")
@click.option("--target", help="The kind of thing it aims at: role, instance, bucket, …")
@shared_options
def command(shared: Shared, verb: str | None, target: str | None) -> int:
    """List the catalogue."""
    from jumpkit.app.actions import listed
    from jumpkit.cli.output import emit_json, table

    body = listed(verb, target)
    if shared.as_json:
        emit_json(body)
        return 0
    columns = ("action", "verb", "target", "danger", "reversible", "title")
    table(columns, [[row[column] for column in columns] for row in body["actions"]])
    return 0
