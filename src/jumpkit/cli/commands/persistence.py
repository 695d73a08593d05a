"""What was left behind in the window: all that gives lasting access or takes sight away, judged, and how to undo it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options

_SHOWN = 60  # rows for a person


@click.command("persistence", help=__doc__)
@click.argument("case", required=False)
@click.option(
    "--estate",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The estate file (accounts, automation).",
)
@click.option("--standing", is_flag=True, help="Leave out what a later call took back.")
@click.option("--all", "every", is_flag=True, help="Show every row.")
@shared_options
def command(shared: Shared, case: str | None, estate: Path | None, *, standing: bool, every: bool) -> int:
    """Tell what was left behind."""
    from jumpkit.app.persistence import persistence
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json

    with reading(opening(shared)) as desk:
        answer = persistence(desk, case, estate)
    if standing:
        answer["items"] = [item for item in answer["items"] if _open(item)]
    if shared.as_json:
        emit_json(answer)
    else:
        _tell(answer, every=every)
    return 0


def _tell(answer: dict[str, Any], *, every: bool) -> None:
    from jumpkit.cli.output import line, table
    from jumpkit.cli.telling import tell_limits

    items = answer["items"] if every else answer["items"][:_SHOWN]
    open_ones = sum(_open(item) for item in answer["items"])
    line(f"{answer['case']}: {len(answer['items'])} things that last, {open_ones} of them not taken back in these logs")
    line()
    rows = [
        [
            item["state"],
            item["first"],
            item["title"],
            _called(item),
            item["by"]["name"] or item["by"]["uid"],
            _back(item),
        ]
        for item in items
    ]
    if rows:
        table(["State", "First", "What", "Name", "By", "Taken back"], rows)
    if len(rows) < len(answer["items"]):
        line(f"{len(answer['items']) - len(rows)} more are not shown: --all, or --json")
    for item in items:
        if item["state"] == "malicious" and _open(item):
            _how(item)
    if answer["attempts"]:
        line()
        line("Tried and failed, so nothing was left:")
        for each in answer["attempts"]:
            errors = ", ".join(str(error["error"]) for error in each["errors"][:3])
            line(f"  {each['title']}: {each['operation']} {each['calls']:,} times ({errors})")
    tell_limits(answer["limits"])


def _called(item: dict[str, Any]) -> str:
    beside = f" ({', '.join(item['with'][:2])})" if item["with"] else ""
    to = f" for {', '.join(item['lets_in'][:3])}" if item["lets_in"] else ""
    return f"{item['name']}{beside}{to}"


def _by(item: dict[str, Any]) -> str:
    return str(item["by"]["name"] or item["by"]["uid"])


def _back(item: dict[str, Any]) -> str:
    if item["undone"]:
        return f"{item['undone']['operation']} {item['undone']['time']}"
    return "no need: the same hands had set it up" if item["set_up"] else "no"


def _open(item: dict[str, Any]) -> bool:
    return item["undone"] is None and item["set_up"] is None


def _how(item: dict[str, Any]) -> None:
    """Print why a thing is malicious and how it is taken back."""
    from jumpkit.cli.output import line

    line()
    line(f"  {item['title']} {item['name']}: {item['why']}")
    line(f"    take it back: {item['revert']['words']}")
    if item["revert"]["command"]:
        line(f"    {item['revert']['command']}")
    if item["revert"]["not_brought_back"]:
        line(f"    not brought back: {item['revert']['not_brought_back']}")
    line(f"    jumpkit show {item['events'][0]}")
