"""Tell what the last scan of each account says against the one before: new, changed, fixed, and what is gone."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options

_SHOWN = 60


@click.command("diff", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """Tell what changed between scans."""
    from jumpkit.app.posture import difference
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line, table
    from jumpkit.cli.telling import tell_limits

    with reading(opening(shared)) as desk:
        found = difference(desk)
    if shared.as_json:
        emit_json(found)
        return 0
    line(", ".join(f"{count:,} {kind}" for kind, count in found["counts"].items()))
    items = [item for item in found["items"] if item["change"] != "unchanged"]
    rows = [
        (
            i["change"],
            i["severity"],
            i["account"] or "unknown",
            i["resource"] or "unknown",
            f"{i['title']} ({i['check']})",
        )
        for i in items
    ]
    table(("change", "severity", "account", "resource", "what"), rows[:_SHOWN])
    if len(rows) > _SHOWN:
        line(f"… and {len(rows) - _SHOWN:,} more; --json lists them all")
    tell_limits(found["limits"])
    return 0
