"""Bring a backup back into an empty --home, and verify it there before it takes its place."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("restore", help=__doc__)
@click.argument("file", type=_FILE)
@click.option("--identity", "identities", type=_FILE, multiple=True, help="File with the age or SSH private key.")
@click.option("--passphrase-file", type=_FILE, help="Its first line opens the backup.")
@shared_options
def command(shared: Shared, file: Path, identities: tuple[Path, ...], passphrase_file: Path | None) -> int:
    """Bring a backup back into an empty --home."""
    from jumpkit.app.backing import restore
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line
    from jumpkit.cli.secret import passphrase_in
    from jumpkit.preserve.sealing import Opener

    secret = passphrase_in(passphrase_file)
    told = restore(file, opening(shared), Opener([path.read_text("utf-8") for path in identities], secret))
    if shared.as_json:
        emit_json(told)
        return 0
    checked = told["checked"]
    line(f"Back in {told['home']}, as of {told['made']}, and intact.")
    line(f"Checked: {checked['entries']:,} entries, {checked['artifacts']:,} artifacts, {checked['files']:,} files.")
    return 0
