"""Write a case's report, for a screen, for paper, or for another tool."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("report", help=__doc__)
@click.argument("case", required=False)
@click.option(
    "--format", "fmt", default="html", show_default=True, help="html, md, csv, ocsf, stix, timesketch, navigator."
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; - for stdout.")
@click.option("--unmask", is_flag=True, help="Show secrets; that is entered in the ledger.")
@click.option("--path", "path_only", is_flag=True, help="Print where the present HTML report lies, and write nothing.")
@shared_options
def command(shared: Shared, case: str | None, fmt: str, output: Path | None, *, unmask: bool, path_only: bool) -> int:
    """Write a case's report."""
    from jumpkit.app.hunt import latest_case
    from jumpkit.app.reporting import Wish, export, place
    from jumpkit.app.workspace import reading, writing
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    if path_only:
        with reading(opening(shared)) as desk:
            line(str(place(desk, latest_case(desk, case), fmt)))
        return 0
    to_stdout = output is not None and str(output) == "-"
    with writing(opening(shared)) as desk:
        wish = Wish(fmt, unmask, None if to_stdout else output.absolute() if output else None)
        written = export(desk, latest_case(desk, case), wish, sys.stdout.buffer if to_stdout else None)
    if to_stdout:
        return 0
    losses = [{"what": item.what, "count": item.count, "because": item.because} for item in written.losses]
    if shared.as_json:
        body = {"schema": "report/1", "format": fmt, "path": str(written.path), "sha256": written.sha256}
        emit_json(body | {"size": written.size, "losses": losses})
        return 0
    line(str(written.path))
    for item in losses:
        line(f"  left out: {item['what']} ({item['because']})")
    return 0
