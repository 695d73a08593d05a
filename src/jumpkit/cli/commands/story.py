"""Which attacks the findings tell: low and high signals chained by who and when, tactics in order, what to ask next."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options

_SHOWN = 10  # stories, and signals outside of any, for a person
_ASKED = 6


@click.command("story", help=__doc__)
@click.argument("case", required=False)
@click.option("--all", "every", is_flag=True, help="Show every story, finding and question.")
@click.option(
    "--estate",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The estate file (networks, data classes, working hours).",
)
@shared_options
def command(shared: Shared, case: str | None, *, every: bool, estate: Path | None) -> int:
    """Tell which attacks the findings tell."""
    from jumpkit.app.story import story
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json

    with reading(opening(shared)) as desk:
        answer = story(desk, case, estate=estate)
    if shared.as_json:
        emit_json(answer)
    else:
        _tell(answer, every=every)
    return 0


def _tell(answer: dict[str, Any], *, every: bool) -> None:
    from jumpkit.cli.output import line
    from jumpkit.cli.telling import tell_limits

    items, alone = answer["items"], answer["outside"]
    signals = sum(len(item["findings"]) + len(item["provider_findings"]) for item in items) + len(alone)
    stories = "1 story" if len(items) == 1 else f"{len(items)} stories"
    line(f"{answer['case']}: {stories} of {signals - len(alone):,} signals; {len(alone):,} outside of any")
    told = answer["techniques"]
    line(f"  techniques: {len(told['all'])} in all, {len(told['outside_only'])} of them only outside of stories")
    for item in items if every else items[:_SHOWN]:
        _one(item, every=every)
    if not every and len(items) > _SHOWN:
        line(f"{len(items) - _SHOWN} more stories are not shown: --all, or --json")
    if alone:
        line()
        line("Outside of any story:")
    for each in alone if every else alone[:_SHOWN]:
        line(f"  {each['severity']}: {each['title']} ({each['finding']}), {each['first']}: {each['why']}")
    if not every and len(alone) > _SHOWN:
        line(f"  {len(alone) - _SHOWN} more are not shown: --all, or --json")
    tell_limits(answer["limits"])


def _one(item: dict[str, Any], *, every: bool) -> None:
    from jumpkit.cli.output import line, table

    line()
    line(f"{item['severity'].upper()}  {item['title']}  ({item['uid']})")
    line(f"  {item['first']} to {item['last']}; {len(item['events']) + item['more']:,} events")
    line(f"  severity: {'; '.join(item['basis'])}")
    line(f"  context {'unknown' if item['score'] is None else item['score']} of 100: {item['score_why']}")
    for origin in item["origins"]:
        known = "" if origin["resolved"] else f" (unresolved: {origin['why']})"
        line(f"  by {origin['name'] or origin['uid']}, {origin['findings']} findings{known}")
    table(
        ("  begins", "ends", "tactic", "signals", "events", "techniques"),
        [
            (
                f"  {phase['first']}",
                phase["last"],
                (phase["tactic"] or "not said").replace("-", " "),
                len(phase["signals"]),
                phase["events"],
                " ".join(phase["techniques"]),
            )
            for phase in item["phases"]
        ],
    )
    for each in item["provider_findings"][:_ASKED]:
        line(f"  {each['source']} says {each['severity']}: {each['title']} ({each['event']})")
    if item["next"]:
        line("  what to ask next:")
    for each in item["next"] if every else item["next"][:_ASKED]:
        unseen = ", ".join(f"{one['name']} ({one['technique']})" for one in each["not_seen"])
        line(f"    {each['ask']}  {each['see']}")
        line(
            f"      after {' '.join(each['techniques'])}"
            + (f"; often with, and not seen here: {unseen}" if unseen else "")
        )
