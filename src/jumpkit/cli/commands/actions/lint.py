"""Check that every action says all that it must: purpose, calls, rights, danger, undo, proof."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("lint", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """Check the catalogue."""
    from jumpkit.app.actions import linted
    from jumpkit.cli.output import emit_json, line

    body = linted()
    if shared.as_json:
        emit_json(body)
    else:
        for each in body["problems"]:
            line(f"{each['action']}: {each['problem']}")
        line(f"{body['checked']} actions, {len(body['problems'])} problems")
    return 1 if body["problems"] else 0
