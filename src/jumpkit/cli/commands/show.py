"""Show one thing by its id: an event (in words too), a finding, an incident, a principal or a case."""

from __future__ import annotations

import json

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("show", help=__doc__)
@click.argument("name", metavar="ID")
@click.option("--unmask", is_flag=True, help="Show secrets; that is entered in the ledger.")
@shared_options
def command(shared: Shared, name: str, *, unmask: bool) -> int:
    """Show one thing by its id."""
    from jumpkit.app.show import show
    from jumpkit.app.workspace import reading, writing
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    with (writing if unmask else reading)(opening(shared)) as desk:
        found = show(desk, name, unmask=unmask)
    if shared.as_json:
        emit_json(found)
        return 0
    told = found.pop("told", [])
    for sentence in told:
        line(sentence)
    if "event" in found or not told:  # what has words of its own needs no more, but a record is evidence
        for text in json.dumps(found, indent=2, ensure_ascii=False).splitlines():
            line(text)
    return 0
