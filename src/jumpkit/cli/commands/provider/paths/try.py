"""Enter that a path to a provider was tried: when it was asked, and when an answer came, or that none did."""  # noqa: N999 - the verb is called so

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("try", help=__doc__)
@click.argument("provider")
@click.argument("path")
@click.option("--asked", metavar="TIME", help="When it was asked; now, where nothing is said.")
@click.option("--answered", metavar="TIME", help="When an answer came.")
@click.option("--silent", is_flag=True, help="No answer came.")
@click.option("--by", metavar="NAME", help="Who tried; you, where nobody is named.")
@click.option("--note", help="What was found.")
@shared_options
def command(shared: Shared, provider: str, path: str, **told: Any) -> int:
    """Enter that a path was tried."""
    from jumpkit.app.paths import tried
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    body = tried(opening(shared), provider, path, told)
    if shared.as_json:
        emit_json(body)
        return 0
    took = "no answer" if body["minutes"] is None else f"answered after {body['minutes']:g} minutes"
    line(f"{body['attempt']}: {provider} by {path}, asked {body['asked']}: {took}")
    return 0
