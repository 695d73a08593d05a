"""List the last word on each check and resource, with when it was seen first and last."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options

_SHOWN = 60


@click.command("list", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """List what scanners found."""
    from jumpkit.app.posture import listing
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line, table

    with reading(opening(shared)) as desk:
        found = listing(desk)
    if shared.as_json:
        emit_json(found)
        return 0
    line(", ".join(f"{count:,} {state}" for state, count in found["counts"].items()) or "no scan was taken in")
    rows = [
        (
            i["state"],
            i["severity"],
            i["first_seen"],
            i["last_seen"],
            i["resource"] or "unknown",
            f"{i['title']} ({i['check']})",
        )
        for i in found["items"]
    ]
    table(("state", "severity", "first seen", "last seen", "resource", "what"), rows[:_SHOWN])
    if len(rows) > _SHOWN:
        line(f"… and {len(rows) - _SHOWN:,} more; --json lists them all")
    return 0
