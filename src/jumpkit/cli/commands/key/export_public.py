"""Print the public half of the signing key, to be given to others by another way than the evidence."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("export-public", help=__doc__)
@click.option("-o", "out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Where to.")
@shared_options
def command(shared: Shared, out: Path | None) -> int:
    """Print the public half of the signing key."""
    from jumpkit.app.keyring import public_half
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    told = public_half(opening(shared))
    if out is not None:
        out.write_text(told["pem"], "ascii")
    if shared.as_json:
        emit_json(told)
        return 0
    if out is None:
        click.echo(told["pem"], nl=False)
    line(f"{told['fingerprint']}  ({told['ssh']})")
    return 0
