"""Tell what really happened in an attack of the lab: who, with which keys, what was taken, what no log has."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("truth", help=__doc__)
@click.argument("name")
@shared_options
def command(shared: Shared, name: str) -> int:
    """Tell the truth about an attack."""
    from jumpkit.app.labattack import lab_truth
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    body = lab_truth(opening(shared).home, name)
    if shared.as_json:
        emit_json(body)
        return 0
    line(f"{body['title']} ({body['run']}), begun {body['begun']}")
    line(f"who:     {', '.join(body['principals'])}")
    line(f"keys:    {', '.join(body['keys'])}")
    line(f"from:    {', '.join(body['addresses'])}")
    for step in body["steps"]:
        unseen = f", {step['unlogged']} in no log" if step["unlogged"] else ""
        line(f"  {step['first']}  {step['technique']:10} {step['step']} ({len(step['events'])} logged{unseen})")
    for title, rows in (("taken", body["taken"]), ("destroyed", body["destroyed"]), ("left", body["persistence"])):
        for row in rows:
            line(f"{title + ':':8} " + ", ".join(f"{name} {value}" for name, value in row.items()))
    return 0
