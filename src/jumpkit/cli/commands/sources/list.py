"""List the log sources that jumpkit reads."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("list", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """List the log sources."""
    from jumpkit.app.sourcebook import listing
    from jumpkit.cli.output import emit_json, table

    found = listing()
    if shared.as_json:
        emit_json({"sources": found})
    else:
        table(("source", "kind", "title"), [(item["source"], item["kind"], item["title"]) for item in found])
    return 0
