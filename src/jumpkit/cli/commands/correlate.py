"""Show which requests several logs saw, joined by request and trace ids, and what one of two logs saw alone."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options

_ROWS = 20


@click.command("correlate", help=__doc__)
@click.argument("case", required=False)
@shared_options
def command(shared: Shared, case: str | None) -> int:
    """Show which requests several logs saw."""
    from jumpkit.app.correlating import correlate
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line
    from jumpkit.cli.telling import tell_limits

    with reading(opening(shared)) as desk:
        found = correlate(desk, case)
    if shared.as_json:
        emit_json(found)
        return 0
    line(f"{found['joined']:,} requests are in more than one log")
    for state in ("matched", "unmatched"):
        items = [item for item in found["items"] if item["state"] == state]
        for item in items[:_ROWS]:
            line(f"  {item['first']}  {', '.join(item['operations'])}: {item['why']}")
        if len(items) > _ROWS:
            line(f"  {len(items) - _ROWS} more with --json")
    tell_limits(found["limits"])
    return 0
