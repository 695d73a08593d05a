"""Check a case's logs against CloudTrail's own digest files: what is changed, and what was delivered and is missing."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options

_MOST = 50


@click.command("digests", help=__doc__)
@click.argument("case", required=False)
@click.option(
    "--keys",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What `aws cloudtrail list-public-keys` printed for the time of the logs.",
)
@shared_options
def command(shared: Shared, case: str | None, keys: Path | None) -> int:
    """Check a case's logs against CloudTrail's own digest files."""
    from jumpkit.app.digests import digests, fell_short
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line
    from jumpkit.kit.text import shown

    with reading(opening(shared)) as desk:
        told = digests(desk, case, keys)
    if shared.as_json:
        emit_json(told)
        return int(fell_short(told))
    for kind, states in told["counts"].items():
        counts = ", ".join(f"{number:,} {state}" for state, number in states.items()) or "none"
        line(f"{kind}: {counts}")
    wrong = [item for item in told["items"] if item["state"] in ("invalid", "missing")]
    for item in wrong[:_MOST]:
        line(f"  {item['state'].upper()} {item['kind']} {shown(item['uid'])}")
        line(f"      {shown(item['why'])}")
    if len(wrong) > _MOST:
        line(f"  and {len(wrong) - _MOST:,} more: --json lists all")
    for limit in told["limits"]:
        line(f"Not known: {limit['what']}, because {limit['because']}.")
    return int(fell_short(told))
