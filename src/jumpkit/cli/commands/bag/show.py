"""Say what a bag holds, or print one of its pages; it needs no workspace."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("show", help=__doc__)
@click.argument("file", type=_FILE)
@click.argument("name", required=False)
@click.option("--identity", "identities", type=_FILE, multiple=True, help="File with the age or SSH private key.")
@click.option("--passphrase-file", type=_FILE, help="Its first line opens the bag.")
@click.option("--key", metavar="FINGERPRINT", help="The key that must have signed it, as it was noted elsewhere.")
@shared_options
def command(
    shared: Shared,
    file: Path,
    passphrase_file: Path | None,
    identities: tuple[Path, ...],
    name: str | None,
    key: str | None,
) -> int:
    """Say what a bag holds."""
    from jumpkit.app.bagopen import show
    from jumpkit.cli.opening import opener_of
    from jumpkit.cli.output import emit_json, line

    body = show(file, opener_of(identities, passphrase_file), key, name)
    if shared.as_json:
        emit_json(body)
        return 0
    if body["text"] is not None:
        for text in body["text"].splitlines():
            line(text)
        return 0
    line(
        f"Packed {body['made']}; cases: {', '.join(body['cases']) or 'none'}; privileged rows left out: "
        f"{body['rows_withheld']}"
    )
    pinned = "as was asked for" if body["key"]["pinned"] else "not compared with one from outside"
    line(f"Signed by {body['key']['fingerprint']} ({pinned})")
    for each in body["files"]:
        line(f"  {each}")
    return 0
