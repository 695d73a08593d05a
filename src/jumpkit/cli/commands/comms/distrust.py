"""Say that a service or a channel is suspect or compromised in a case; nothing leaves by what rests on it."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("distrust", help=__doc__)
@click.argument("case")
@click.argument("name")
@click.option("--reason", required=True, help="Why.")
@click.option("--suspect", "level", flag_value="suspect", help="It is suspect.")
@click.option("--compromised", "level", flag_value="compromised", default="compromised", help="It is; the default.")
@click.option("--trusted", "level", flag_value="trusted", help="It is trusted again.")
@shared_options
def command(shared: Shared, case: str, name: str, reason: str, level: str) -> int:
    """Say how far something is trusted."""
    from jumpkit.app.comms import distrust
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import line

    made = distrust(opening(shared), case, name, level, reason)
    code = tell(shared, made)
    if not shared.as_json:
        hit = [f"channel {each}" for each in made["affects"]["channels"]] + made["affects"]["ways"]
        line(f"  concerns: {', '.join(hit) or 'nothing that is written down rests on it'}")
    return code
