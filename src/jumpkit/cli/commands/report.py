"""Write a case's report, for a screen, for paper, or for another tool."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options
from jumpkit.kit.errors import BadUsage


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
    from jumpkit.app.latest import latest_case
    from jumpkit.app.reporting import Wish, export, present_report
    from jumpkit.app.workspace import reading, writing
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    if path_only:
        with reading(opening(shared)) as desk:
            path = str(present_report(desk, latest_case(desk, case), fmt))
        if shared.as_json:
            emit_json({"schema": "report/1", "format": fmt, "path": path})
        else:
            line(path)
        return 0
    if output is None:
        raise BadUsage("say where the report goes", target="report", hint="-o FILE, -o - for stdout, or --path")
    to_stdout = str(output) == "-"
    held = io.BytesIO()
    with writing(opening(shared)) as desk:
        out = output.absolute() if not to_stdout else held if shared.as_json else sys.stdout.buffer
        written = export(desk, latest_case(desk, case), Wish(fmt, unmask), out)
    losses = [{"what": item.what, "count": item.count, "because": item.because} for item in written.losses]
    if shared.as_json:
        place = {"path": None, "content": held.getvalue().decode()} if to_stdout else {"path": str(written.path)}
        body = {"schema": "report/1", "format": fmt, **place, "sha256": written.sha256}
        emit_json(body | {"size": written.size, "losses": losses})
        return 0
    if to_stdout:
        return 0
    line(str(written.path))
    for item in losses:
        line(f"  left out: {item['what']} ({item['because']})")
    return 0
