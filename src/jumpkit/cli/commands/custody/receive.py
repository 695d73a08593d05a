"""Enter what came with an item: who sent it, how, the sender's own hash, who handled it, under which jurisdiction."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("receive", help=__doc__)
@click.argument("case")
@click.argument("item")
@click.option("--sender", help="Who sent it.")
@click.option("--route", help="How it came: portal, courier, mail, bucket …")
@click.option("--sha256", help="The hash that the sender gave.")
@click.option("--handled", help="Who handled it before.")
@click.option("--jurisdiction", help="Under which law it lay.")
@shared_options
def command(shared: Shared, case: str, item: str, **form: str | None) -> int:
    """Enter what came with an item (its digest or its name)."""
    from jumpkit.app.custody import receive
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    told = receive(opening(shared), case, item, form)
    if shared.as_json:
        emit_json(told)
        return 0
    line(f"Entered for {len(told['items'])} item{'s' * (len(told['items']) != 1)} of {told['case']}.")
    return 0
