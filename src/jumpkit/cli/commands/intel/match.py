"""Look for the workspace's indicators in a case: in the events of the last run, or with --retro in all of them."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options

_SHOWN = 20


@click.command("match", help=__doc__)
@click.argument("case", required=False)
@click.option("--retro", is_flag=True, help="Look backwards: at all events of the case, not only the last run's.")
@shared_options
def command(shared: Shared, case: str | None, *, retro: bool) -> int:
    """Look for the workspace's indicators in a case."""
    from jumpkit.app.intel import look_for
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json

    with reading(opening(shared)) as desk:
        found = look_for(desk, case, retro=retro)
    if shared.as_json:
        emit_json(found)
    else:
        _tell(found)
    return 0


def _tell(found: dict[str, Any]) -> None:
    from jumpkit.cli.output import line

    counts = found["counts"]
    line(f"{counts['matched']:,} of {counts['indicators']:,} indicators were seen in {found['case']}")
    for item in found["items"][:_SHOWN]:
        line()
        about = ", ".join(filter(None, (item["source"], item["tlp"] and f"TLP:{item['tlp'].upper()}", item["context"])))
        line(f"{item['name']}  ({about})")
        line(f"  {item['why']}")
        line(f"  {item['first']} to {item['last']}; findings: {', '.join(item['findings']) or 'none'}")
        line(f"  first event: jumpkit show {item['events'][0]}")
    if len(found["items"]) > _SHOWN:
        line(f"… and {len(found['items']) - _SHOWN:,} more; --json lists them all")
    line()
    line("What this cannot say:" if found["limits"] else "No limit is known.")
    for limit in found["limits"]:
        line(f"  {limit['what']}: {limit['because']}")
