"""List the witnesses, what their operators need to know of each log, and what each saw."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("list", help=__doc__)
@shared_options
def command(shared: Shared) -> int:
    """List the witnesses."""
    from jumpkit.app.witnessing import listed
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    found = listed(opening(shared))
    if shared.as_json:
        emit_json(found)
        return 0
    for each in found["witnesses"]:
        line(f"{each['name']}  {each['url']}  {each['key']}")
    if not found["witnesses"]:
        line("No witness is configured: write [witnesses.NAME] with url and vkey into config.toml.")
    line("For a witness's operator, one line a log:")
    for each in found["logs"]:
        line(f"  {each['vkey']}")
    for each in found["seen"]:
        line(f"{each['witness']} saw {each['size']:,} lines of {each['log']} at {each['at']}")
    return 0
