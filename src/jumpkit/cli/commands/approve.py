"""Approve a plan: by a signature over its digest, or alone with a reason that every report then shows."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options
from jumpkit.kit.errors import BadUsage


@click.command("approve", help=__doc__)
@click.argument("plan")
@click.option("--solo", help="One person works alone, for this reason.")
@click.option("--key", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Your Ed25519 private key.")
@click.option(
    "--signature",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What `ssh-keygen -Y sign -n jumpkit-plan` made of the digest's letters.",
)
@shared_options
def command(shared: Shared, plan: str, *, solo: str | None, key: Path | None, signature: Path | None) -> int:
    """Approve a plan."""
    from jumpkit.app.planning import approve_plan
    from jumpkit.cli.opening import opening
    from jumpkit.cli.plans import tell_plan

    if sum(each is not None for each in (solo, key, signature)) != 1:
        raise BadUsage("say how: one of --key, --signature or --solo", target=plan, hint="jumpkit approve --help")
    armored = signature.read_text("utf-8", "replace") if signature is not None else None
    return tell_plan(shared, approve_plan(opening(shared), plan, solo=solo, key=key, signature=armored))
