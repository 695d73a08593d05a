"""List the IAM actions that a sync needs, as a policy that grants them and nothing else."""

from __future__ import annotations

import json

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("permissions", help=__doc__)
@click.option("--kind", "names", multiple=True, help="Only for this kind.")
@shared_options
def command(shared: Shared, names: tuple[str, ...]) -> int:
    """List the IAM actions that a sync needs."""
    from jumpkit.app.inventoryviews import permissions
    from jumpkit.cli.output import emit_json, line

    told = permissions(names)
    if shared.as_json:
        emit_json(told)
    else:
        for text in json.dumps(told["policy"], indent=2).splitlines():
            line(text)
    return 0
