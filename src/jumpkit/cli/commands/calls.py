"""List the provider's calls that are told of, or those that a case has, and of which of them nothing is told."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options

_SHOWN = 40


@click.command("calls", help=__doc__)
@click.argument("case", required=False)
@shared_options
def command(shared: Shared, case: str | None) -> int:
    """List the provider's calls that are told of."""
    from jumpkit.app.calls import in_case, listing
    from jumpkit.app.latest import latest_case
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json

    if case is None:
        found = listing()
    else:
        with reading(opening(shared)) as desk:
            found = in_case(desk, latest_case(desk, case))
    if shared.as_json:
        emit_json(found)
    else:
        _tell(found)
    return 0


def _tell(found: dict[str, Any]) -> None:
    from jumpkit.cli.output import line, table

    if "case" not in found:
        table(("call", "what it does"), [(item["call"], item["does"]) for item in found["items"]])
        line(f"{len(found['items']):,} calls; jumpkit explain CALL tells the rest")
        return
    rows = [(item["events"], item["call"], item["does"] or "nothing is told of it") for item in found["items"]]
    table(("events", "call", "what it does"), rows[:_SHOWN])
    if len(rows) > _SHOWN:
        line(f"… and {len(rows) - _SHOWN:,} more; --json lists them all")
    counts = found["counts"]
    line(f"{counts['calls']:,} calls, {counts['unknown']:,} of them unknown ({counts['unknown_events']:,} events)")
