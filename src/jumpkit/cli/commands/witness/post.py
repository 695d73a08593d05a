"""Show a log's newest checkpoint to every witness; exit 1 where one does not sign."""

from __future__ import annotations

import click

from jumpkit.cli.options import Shared, shared_options


@click.command("post", help=__doc__)
@click.argument("case", required=False)
@shared_options
def command(shared: Shared, case: str | None) -> int:
    """Show a log's newest checkpoint to every witness."""
    from jumpkit.app.witnessing import post
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line

    told = post(opening(shared), case)
    if shared.as_json:
        emit_json(told)
    else:
        line(f"{told['log']}: {told['size']:,} lines, root {told['root']}")
        for each in told["witnesses"]:
            line(f"  {each['name']}: {'saw it at ' + each['at'] if each['at'] else each['because']}")
    return int(any(each["at"] is None for each in told["witnesses"]))
