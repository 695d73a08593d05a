"""Print whom a policy tells, and when, if nobody answers; nothing is sent."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("simulate", help=__doc__)
@click.argument("policy")
@click.option("--no-ack", is_flag=True, help="Nobody answers; the default.")
@click.option("--ack-after", type=int, metavar="MINUTES", help="Somebody answers so many minutes after the start.")
@click.option("--at", metavar="TIME", help="When it starts; now, where nothing is said.")
@click.option("--minutes", default=240, show_default=True, help="How far to look.")
@shared_options
def command(shared: Shared, policy: str, ack_after: int | None, at: str | None, minutes: int, *, no_ack: bool) -> int:
    """Print whom a policy tells."""
    from jumpkit.app.escalation import simulate
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line
    from jumpkit.cli.times import moment_of

    with reading(opening(shared)) as desk:
        body = simulate(desk, policy, moment_of(at), (None if no_ack else ack_after, minutes))
    if shared.as_json:
        emit_json(body)
        return 0
    for each in body["chain"]:
        again = f" (again, {each['turn']})" if each["turn"] else ""
        whom = f"{each['name']}, {each['way']}" if each["way"] else f"NOBODY: {each['because']}"
        line(f"+{each['after']:>4} min  {each['at']}  {each['policy']} step {each['step']}{again}: {whom}")
    answered = body["acknowledged_after"]
    line(f"Nobody answers within {minutes} minutes." if answered is None else f"Taken on after {answered} minutes.")
    return 0
