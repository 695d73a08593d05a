"""Write a case's newest checkpoint, to be kept out of reach: `verify --checkpoint` holds the ledger against it."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("checkpoint", help=__doc__)
@click.argument("case", required=False)
@click.option("-o", "out", type=click.Path(path_type=Path), metavar="FILE", help="Where to; the terminal by default.")
@shared_options
def command(shared: Shared, case: str | None, out: Path | None) -> int:
    """Write a log's newest checkpoint."""
    from jumpkit.app.verify import newest_checkpoint
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    with reading(opening(shared)) as desk:
        told = newest_checkpoint(desk, case)
    if out is not None:
        out.write_text(told["note"], "utf-8")
    if shared.as_json:
        emit_json(told)
    elif out is None:
        click.echo(told["note"], nl=False)
    else:
        line(f"{told['case']}: {told['size']:,} lines, root {told['root']}. Keep {out} where nobody here can reach it.")
    return 0
