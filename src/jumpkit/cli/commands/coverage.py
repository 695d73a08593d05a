"""What is logged and what is not, by account, region and source; 1 where an account's calls are not covered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options

_SHOWN = 60  # rows for a person


@click.command("coverage", help=__doc__)
@click.argument("case", required=False)
@click.option(
    "--estate", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The estate file (accounts)."
)
@click.option("--now", is_flag=True, help="Tell ages against the present, not against the newest event of the case.")
@click.option("--all", "every", is_flag=True, help="Show every row.")
@shared_options
def command(shared: Shared, case: str | None, estate: Path | None, *, now: bool, every: bool) -> int:
    """Tell what is covered."""
    from jumpkit.app.coverage import coverage
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json

    with reading(opening(shared)) as desk:
        answer = coverage(desk, case, estate, now=now)
    if shared.as_json:
        emit_json(answer)
    else:
        _tell(answer, every=every)
    return 0 if answer["covered"] else 1


def _tell(answer: dict[str, Any], *, every: bool) -> None:
    from jumpkit.cli.output import line, table

    verdict = "calls of every account flow to the end" if answer["covered"] else "NOT every account's calls are covered"
    verdict += f", and {len(answer['limits']):,} blind spots remain" if answer["limits"] else ""
    line(f"{answer['case']}: {verdict}; ages against {answer['newest'] or 'nothing: no event'}")
    line(f"  {answer['stale_rule']}")
    line()
    items = [item for item in answer["items"] if item["kind"] != "trail"]
    rows = [
        [
            item["kind"],
            item["account"],
            item["region"] or "all",
            _source(item),
            item["state"],
            item["count"],
            *_age(item),
        ]
        for item in (items if every else items[:_SHOWN])
    ]
    if rows:
        table(["What", "Account", "Region", "Source", "State", "Events", "Last", "Age"], rows)
    if len(rows) < len(items):
        line(f"{len(items) - len(rows):,} more are not shown: --all, or --json")
    for item in answer["items"]:
        if item["kind"] == "trail":
            line(f"  trail {item['name']} of {item['account']}: {item['state']}. {item['why']}")
    for each in answer["standing"]:
        line(f"  since {each['since']} in account {each['account']}: {each['because']}")
    _tell_limits(answer["limits"] if every else answer["limits"][:_SHOWN], len(answer["limits"]))


def _source(item: dict[str, Any]) -> str:
    return f"{item['source']} {item['class']}" if item.get("class") else str(item["source"])


def _age(item: dict[str, Any]) -> list[str]:
    return [item["last"] or "never", "unknown" if item["age_s"] is None else f"{item['age_s'] / 3600:,.1f} h"]


def _tell_limits(limits: list[dict[str, Any]], total: int) -> None:
    """Print each blind spot with what it weakens, hides, and what closing it takes."""
    from jumpkit.cli.output import line

    line()
    line("Blind spots:")
    for each in limits:
        line(f"  {each['what']}: {each['because']}")
        if each.get("affects"):
            line(f"    weakens {', '.join(each['affects'])}")
        if each.get("hides"):
            more = f" and {len(each['hides']) - 8} more" if each["hides"][8:] else ""
            silent = f"; {each['silent_rules']} rules stay silent" if each["silent_rules"] else ""
            line(f"    hides {', '.join(each['hides'][:8])}{more}{silent}")
        if each.get("closing"):
            line(f"    closing it: {each['closing']} {each['command'] or ''}".rstrip())
    if len(limits) < total:
        line(f"{total - len(limits):,} more are not shown: --all, or --json")
