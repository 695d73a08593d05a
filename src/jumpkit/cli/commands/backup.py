"""Write the whole workspace (book, shelf, lake, reports, keys) into one encrypted file; `restore` brings it back."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options
from jumpkit.kit.errors import BadUsage


@click.command("backup", help=__doc__)
@click.option("-o", "out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="Where to.")
@click.option("--to", "recipients", multiple=True, metavar="KEY", help="age1… or ssh-… public key of who may open it.")
@click.option(
    "--passphrase-file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Its first line opens it."
)
@click.option("--plain", is_flag=True, help="Do not encrypt: whoever has the file has the case and the signing key.")
@shared_options
def command(
    shared: Shared, out: Path, recipients: tuple[str, ...], passphrase_file: Path | None, *, plain: bool
) -> int:
    """Write the whole workspace into one file."""
    from jumpkit.app.backing import back_up
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line
    from jumpkit.cli.secret import passphrase_in
    from jumpkit.preserve.sealing import Locks

    if sum((bool(recipients), passphrase_file is not None, plain)) != 1:
        hint = "say one of --to KEY, --passphrase-file FILE, --plain"
        raise BadUsage("a backup holds the case and the signing key: who may open it?", target=str(out), hint=hint)
    secret = passphrase_in(passphrase_file)
    told = back_up(opening(shared), out, Locks(recipients, secret))
    if shared.as_json:
        emit_json(told)
        return 0
    state = "encrypted" if told["encrypted"] else "NOT encrypted"
    line(f"{told['files']:,} files, {told['size']:,} bytes, {state}: {out}")
    line(f"SHA-256 {told['sha256']}; key {told['key']}")
    return 0
