"""Everything about one value of a case: an address, key, principal, agent or object; who did what with it, and when."""

from __future__ import annotations

from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options

_SHOWN = 5


@click.command("pivot", help=__doc__)
@click.argument("case")
@click.argument("value")
@click.option("--whole", is_flag=True, help="Read every event that has it, however many there are.")
@shared_options
def command(shared: Shared, case: str, value: str, *, whole: bool) -> int:
    """Tell everything about one value."""
    from jumpkit.app.pivot import pivot
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json

    with reading(opening(shared)) as desk:
        found = pivot(desk, case, value, whole=whole)
    if shared.as_json:
        emit_json(found)
    else:
        _tell(found)
    return 0


def _tell(found: dict[str, Any]) -> None:
    from jumpkit.cli.output import line, table

    if found["found"]:
        least = "at least " if found["at_least"] else ""
        line(f"{found['value']}: {least}{found['count']:,} events, {found['first']} to {found['last']}")
        rows = [(item["count"], item["first"], item["last"], item["field"]) for item in found["items"]]
        table(("events", "first", "last", "where it stands"), rows)
    else:
        line(f"{found['value']} is not in {found['case']}.")
    for name, held in found["about"].items():
        top = held["top"][:_SHOWN]
        more = held["more"] + len(held["top"]) - len(top)
        told = ", ".join(f"{each['value']} ({each['events']:,})" for each in top)
        line(f"{name}: {told}{f', and {more:,} more' if more else ''}")
    if found["findings"]:
        line(f"findings: {', '.join(found['findings'][:_SHOWN])}" + _rest(found["findings"]))
    line()
    line("What this cannot say:")
    for limit in found["limits"]:
        line(f"  {limit['what']}: {limit['because']}")


def _rest(findings: list[str]) -> str:
    return f", and {len(findings) - _SHOWN:,} more" if len(findings) > _SHOWN else ""
