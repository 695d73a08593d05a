"""Register a person's public key; with it they approve plans from now on."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("add", help=__doc__)
@click.argument("person")
@click.option(
    "--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=True, help="id_ed25519.pub"
)
@shared_options
def command(shared: Shared, person: str, key: Path) -> int:
    """Register a key."""
    from jumpkit.app.approving import add
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    body = add(opening(shared), person, key.read_text("utf-8", "replace"))
    if shared.as_json:
        emit_json(body)
    else:
        line(f"{body['approver']}: {body['person']} approves with {body['fingerprint']}")
    return 0
