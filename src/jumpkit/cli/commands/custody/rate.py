"""Rate the custody of each item of a case: satisfies, weak or fails, with what is missing."""

from __future__ import annotations

from pathlib import Path

import click

from jumpkit.cli.options import Shared, shared_options

_MOST = 40


@click.command("rate", help=__doc__)
@click.argument("case", required=False)
@click.option(
    "--keys",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What `aws cloudtrail list-public-keys` printed for the time of the logs.",
)
@shared_options
def command(shared: Shared, case: str | None, keys: Path | None) -> int:
    """Rate the custody of each item of a case."""
    from collections import Counter

    from jumpkit.app.custody import rate_custody
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json, line
    from jumpkit.kit.text import shown

    told = rate_custody(opening(shared), case, keys)
    failed = int(any(item["state"] == "fails" for item in told["items"]))
    if shared.as_json:
        emit_json(told)
        return failed
    counted = Counter(item["state"] for item in told["items"])
    line(", ".join(f"{counted[state]:,} {state}" for state in ("satisfies", "weak", "fails")))
    ranked = sorted(told["items"], key=lambda item: ("fails", "weak", "satisfies").index(item["state"]))
    for item in ranked[:_MOST]:
        line(f"  {item['state'].upper():9} {shown(item['name'])}: {shown(item['why'])}")
        if item["lacks"] and item["state"] != "satisfies":
            line(f"            lacks: {', '.join(item['lacks'])}")
    if len(ranked) > _MOST:
        line(f"  and {len(ranked) - _MOST:,} more: --json lists all")
    for limit in told["limits"]:
        line(f"Not known: {limit['what']}, because {limit['because']}.")
    return failed
