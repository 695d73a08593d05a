"""Hold a case against what is usual: news by principal and asset, ranked, each with its reasons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options

_SHOWN = 10
_REASONS = 8


@click.command("check", help=__doc__)
@click.argument("case", required=False)
@click.option("--baseline", help="The baseline to hold it against; the one learned last by default.")
@click.option("--places", type=click.Path(path_type=Path), help="CSV cidr,lat,lon[,name]: look for impossible travel.")
@click.option("--max-age", type=click.IntRange(1), default=90, show_default=True, help="Days until habits are stale.")
@shared_options
def command(shared: Shared, case: str | None, baseline: str | None, places: Path | None, max_age: int) -> int:
    """Hold a case against what is usual."""
    from jumpkit.app.baseline import check
    from jumpkit.app.latest import latest_case
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json

    with reading(opening(shared)) as desk:
        found = check(desk, latest_case(desk, case), named=baseline, places=places, oldest=max_age)
    if shared.as_json:
        emit_json(found)
    else:
        _tell(found)
    return 0 if found["fit"] else 1


def _tell(found: dict[str, Any]) -> None:
    from jumpkit.cli.output import line

    held, counts = found["baseline"], found["counts"]
    line(f"{found['case']} against {held['uid']} ({held['days']} days to {held['to']}, {held['events']:,} events)")
    line(", ".join(f"{number:,} {name}" for name, number in counts.items()))
    told = [item for item in found["items"] if item["features"]]
    for item in told[:_SHOWN]:
        line()
        who = item["principal"]["name"] or item["principal"]["uid"]
        line(f"{item['rank']}. {item['state']}, {item['score']} points: {who}  ({item['uid']})")
        line(f"   {item['why']}")
        heavy = sorted(item["features"], key=lambda each: -each["points"])
        for feature in heavy[:_REASONS]:
            line(f"   +{feature['points']} {feature['feature']}: {feature['why']}")
            line(f"      {feature['baseline']}")
        if len(heavy) > _REASONS:
            line(f"   … and {len(heavy) - _REASONS:,} more")
    if len(told) > _SHOWN:
        line(f"… and {len(told) - _SHOWN:,} more with news; --json lists them all")
    line()
    line("What this cannot say:")
    for limit in found["limits"]:
        line(f"  {limit['what']}: {limit['because']}")
