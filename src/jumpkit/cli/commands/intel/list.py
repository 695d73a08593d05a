"""List the indicators of the workspace: from whom, for how long, and what can be done with each."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options

_SHOWN = 50


@click.command("list", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """List the indicators of the workspace."""
    from jumpkit.app.intel import listing
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line, table

    with reading(opening(shared)) as desk:
        found = listing(desk)
    if shared.as_json:
        emit_json(found)
        return 0
    counts = found["counts"]
    line(f"{counts['indicators']:,} indicators: " + ", ".join(f"{n:,} {s}" for s, n in list(counts.items())[1:] if n))
    rows = [
        (i["state"], i["source"], i["tlp"], i["from"], i["to"], i["name"] + (f": {i['why']}" if i["why"] else ""))
        for i in found["items"][:_SHOWN]
    ]
    table(("state", "source", "tlp", "from", "to", "what"), rows)
    if len(found["items"]) > _SHOWN:
        line(f"… and {len(found['items']) - _SHOWN:,} more; --json lists them all")
    return 0
