"""Move a case out of band (oob), or back (normal); our own people are told by the channels that are left."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("switch", help=__doc__)
@click.argument("case")
@click.argument("mode", type=click.Choice(["oob", "normal"]))
@click.option("--reason", required=True, help="Why.")
@click.option("--by", metavar="NAME", help="Who decided it, and so approves the notice; not who enters it.")
@shared_options
def command(shared: Shared, case: str, mode: str, reason: str, by: str | None) -> int:
    """Move a case out of band, or back."""
    from jumpkit.app.comms import move
    from jumpkit.cli.casework import tell
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import line

    made = move(opening(shared), case, mode, reason, by)
    code = tell(shared, made)
    for each in () if shared.as_json else made["notices"]:
        why = f": {each['because']}" if each["because"] else ""
        line(f"  notice {each['message']} by {each['channel']}: {each['state'].replace('_', ' ')}{why}")
    return code or int(any(each["state"] != "sent" for each in made["notices"]))
