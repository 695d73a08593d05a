"""Show one source: each OCSF attribute with the field it comes from, and what is left out and why."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("show", help=__doc__)
@click.argument("source")
@shared_options
def command(shared: Shared, source: str) -> int:
    """Show one source."""
    from jumpkit.app.sourcebook import details
    from jumpkit.cli.output import emit_json, line, table

    found = details(source)
    if shared.as_json:
        emit_json(found)
        return 0
    line(f"{found['source']}: {found['title']}")
    table(("OCSF attribute", "from"), [(item["attribute"], item["from"]) for item in found["mapping"]])
    line("left out:")
    table(("field", "because"), [(item["field"], item["because"]) for item in found["losses"]])
    return 0
