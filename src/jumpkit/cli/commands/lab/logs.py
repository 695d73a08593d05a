"""Write the logs of an invented incident into a folder, to try jumpkit on."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("logs", help=__doc__)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--seed", default=1, show_default=True, help="The same seed writes the same logs.")
@shared_options
def command(shared: Shared, folder: Path, seed: int) -> int:
    """Write the logs of an invented incident into a folder."""
    from jumpkit.app.laboratory import write_logs
    from jumpkit.cli.output import emit_json, line

    body = write_logs(folder, seed)
    if shared.as_json:
        emit_json(body)
    else:
        line(f"{body['files']} log files of an invented incident lie in {body['folder']}")
    return 0
