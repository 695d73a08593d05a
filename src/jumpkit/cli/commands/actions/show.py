"""Show one action whole: effect, calls, rights, danger, what undo does not bring back, and what is proven."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("show", help=__doc__)
@click.argument("action")
@shared_options
def command(shared: Shared, action: str) -> int:
    """Show one action."""
    from jumpkit.app.actions import shown
    from jumpkit.cli.output import emit_json, line

    body = shown(action)
    if shared.as_json:
        emit_json(body)
        return 0
    line(f"{body['action']}  {body['title']}")
    line(f"  aims at    {body['target']}, to {body['verb']}; danger {body['danger']}")
    line(f"  effect     {body['effect']}")
    line(f"  loses      {body['loses']}")
    line(f"  undo       {body['undo'] or 'cannot be taken back'}")
    for left in body["undo_leaves"]:
        line(f"             not brought back: {left}")
    line(f"  reads      {', '.join(body['reads']) or '-'}")
    line(f"  writes     {', '.join(body['writes']) or '-'}")
    for name, what in body["options"].items():
        line(f"  choice     {name}: {what}")
    for gate in body["needs_first"]:
        line(f"  needs      {gate}")
    for proof in body["proof"]:
        line(f"  proven     {proof['claim']} ({proof['by']})")
    return 0
