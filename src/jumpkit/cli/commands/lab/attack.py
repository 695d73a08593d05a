"""Play an attack in the lab, as real calls on fresh targets; logs and alerts are left for you to read."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("attack", help=__doc__)
@click.argument("name")
@shared_options
def command(shared: Shared, name: str) -> int:
    """Play an attack in the lab."""
    from jumpkit.app.labattack import lab_attack
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    opened = opening(shared)
    body = lab_attack(opened.home, name, opened.clock)
    if shared.as_json:
        emit_json(body)
        return 0
    line("Something happened in the lab. What you are told:")
    for path in body["alerts"]:
        line(f"  {path}")
    line(f"What the trails wrote: {body['logs']}")
    line()
    line(f"  jumpkit triage {body['logs']} {' '.join(body['alerts'])}")
    return 0
