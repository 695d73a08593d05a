"""Operational and cost figures of a case as signals: deletions, machines, throttling, calls, bytes out, spend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options

_SHOWN = 20


@click.command("metrics", help=__doc__)
@click.argument("case", required=False)
@click.option("--against", metavar="CASE", help="An older case whose days count as usual too.")
@click.option("--costs", multiple=True, type=click.Path(path_type=Path), help="Cost and usage report (CSV, CSV.gz).")
@shared_options
def command(shared: Shared, case: str | None, against: str | None, costs: tuple[Path, ...]) -> int:
    """Tell operational and cost figures as signals."""
    from jumpkit.app.latest import latest_case
    from jumpkit.app.metrics import metrics
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json

    with reading(opening(shared)) as desk:
        found = metrics(desk, latest_case(desk, case), older=against, costs=costs)
    if shared.as_json:
        emit_json(found)
    else:
        _tell(found)
    return 0


def _tell(found: dict[str, Any]) -> None:
    from jumpkit.cli.output import line, table

    rows = [
        (item["state"], item["metric"], item["at"], item["of"]["name"] or item["of"]["uid"], item["why"])
        for item in found["items"]
    ]
    if rows:
        table(("state", "figure", "hour", "of", "why"), rows[:_SHOWN])
    else:
        line(f"No figure of {found['case']} is large enough to speak of.")
    if len(rows) > _SHOWN:
        line(f"… and {len(rows) - _SHOWN:,} more; --json lists them all")
    line()
    line("What this cannot say:")
    for limit in found["limits"]:
        line(f"  {limit['what']}: {limit['because']}")
