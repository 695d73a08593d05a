"""Serve the desk: pages and an API over this workspace, on this machine only unless told otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("serve", help=__doc__)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8400, show_default=True, help="0 takes any that is free."
)
@click.option("--tls-cert", "cert", type=click.Path(path_type=Path, exists=True), help="PEM file of a certificate.")
@click.option("--tls-key", "key", type=click.Path(path_type=Path, exists=True), help="PEM file of its key.")
@click.option("--behind-https", is_flag=True, help="A proxy on this machine speaks https for us.")
@shared_options
def command(shared: Shared, **said: Any) -> int:
    """Serve the desk."""
    from jumpkit.cli.opening import opening
    from jumpkit.kit.errors import MissingExtra

    try:
        from jumpkit.web.serving import Place, serve
    except ModuleNotFoundError as caught:
        raise MissingExtra(
            f"{caught.name}, which the desk needs, is not installed", target="web", hint="pip install 'jumpkit[web]'"
        ) from caught
    serve(opening(shared), Place(**said, quiet=shared.quiet), lambda address: _tell(shared, address))
    return 0


def _tell(shared: Shared, address: str) -> None:
    import sys

    from jumpkit.cli.output import emit_json, line

    if shared.as_json:
        emit_json({"schema": "serve/1", "address": address})
    else:
        line(f"The desk is open at {address}")
    sys.stdout.flush()
