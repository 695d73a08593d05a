"""Write a whole case into one file, to be imported elsewhere: artifacts, lake, reports and ledger included."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("export", help=__doc__)
@click.argument("case")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="File to write.")
@shared_options
def command(shared: Shared, case: str, output: Path) -> int:
    """Write a whole case into one file."""
    from jumpkit.app.parcels import export_case
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    made = export_case(opening(shared), case, output)
    if shared.as_json:
        emit_json(made)
        return 0
    line(f"{made['path']}: {made['size']:,} bytes, sha256 {made['sha256']}")
    line(f"  {made['files']:,} files, {made['entries']:,} lines of ledger; all that the case holds, privileged too")
    return 0
