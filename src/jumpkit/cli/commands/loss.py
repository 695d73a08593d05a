"""How much data left, per store: proven, possible, excluded or unknown; figures that are never added."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jumpkit.cli.options import Shared, shared_options

if TYPE_CHECKING:
    from collections.abc import Iterable


_SHOWN = 40  # rows for a person


@click.command("loss", help=__doc__)
@click.argument("case", required=False)
@click.option(
    "--by", multiple=True, metavar="NAME", help="Count the reads of this principal, by name, uid, ARN or key."
)
@click.option("--everyone", is_flag=True, help="Count everyone's reads, not only those held responsible by findings.")
@click.option("--reads", is_flag=True, help="List each read by principal and object, and each change of sharing.")
@click.option("--jsonl", is_flag=True, help="With --reads: one JSON object a line, and a last one with the limits.")
@click.option("--all", "every", is_flag=True, help="Show every row.")
@click.option(
    "--estate", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The estate file (data classes)."
)
@shared_options
def command(shared: Shared, case: str | None, estate: Path | None, **said: Any) -> int:
    """Tell how much data left."""
    from jumpkit.app.loss import loss, readings
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json
    from jumpkit.investigate.loss import Asked

    asked = Asked(tuple(said["by"]), said["everyone"])
    with reading(opening(shared)) as desk:
        if said["reads"] or said["jsonl"]:
            _reads(readings(desk, case, asked, estate), shared, **said)
            return 0
        answer = loss(desk, case, asked, estate)
    if shared.as_json:
        emit_json(answer)
    else:
        _tell(answer, every=said["every"])
    return 0


def _tell(answer: dict[str, Any], *, every: bool) -> None:
    from jumpkit.cli.output import line, table
    from jumpkit.cli.telling import figure, tell_limits

    line(f"{answer['case']}: how much data left. Counted: {answer['counted']['said']}.")
    line("Proven, possible, unknown and excluded are told apart and never added.")
    line()
    items = answer["items"] if every else answer["items"][:_SHOWN]
    rows = [
        [
            item["state"],
            item["title"],
            item["account"],
            item["store"] or "",
            figure(item, "objects"),
            figure(item, "bytes"),
            figure(item, "reads"),
            item["first"] or "",
            ", ".join(each["name"] for each in item["destinations"][:3]),
        ]
        for item in items
    ]
    if rows:
        table(["State", "Kind", "Account", "Store", "Objects", "Bytes", "Reads", "First", "To"], rows)
    else:
        line("No store of data is named by any call of theirs.")
    if len(items) < len(answer["items"]):
        line(f"{len(answer['items']) - len(items)} more are not shown: --all, or --json")
    _why(items)
    tell_limits(answer["limits"])


def _why(items: Iterable[dict[str, Any]]) -> None:
    """Print the reasons of what is proven, and one of each other kind."""
    from jumpkit.cli.output import line

    line()
    told: set[tuple[str, str]] = set()
    for item in items:
        if item["state"] != "proven" and (item["state"], item["kind"]) in told:
            continue
        told.add((item["state"], item["kind"]))
        line(f"  {item['state']} {item['title']} {item['store'] or ''}".rstrip() + f": {item['why']}")
        if item["events"]:
            line(f"    jumpkit show {item['events'][0]}")


def _reads(rows: Iterable[dict[str, Any]], shared: Shared, *, jsonl: bool, every: bool, **_: Any) -> None:
    import json

    from jumpkit.cli.output import emit_json, line, table
    from jumpkit.cli.telling import tell_limits

    if jsonl:
        for row in rows:
            sys.stdout.write(json.dumps(row, ensure_ascii=True) + "\n")
        return
    *found, last = list(rows)
    if shared.as_json:
        emit_json({"schema": "loss-reads/1", "items": found, **last})
        return
    cells = [
        [
            row["first"],
            row["principal"]["name"] or row["principal"]["uid"],
            row["does"],
            row["kind"],
            row["store"] or "",
            f"{row['reads']:,}" if "reads" in row else "",
            "" if row.get("bytes") is None else f"{row['bytes']:,}",
            row["object"] or ", ".join(row.get("to", ())),
        ]
        for row in (found if every else found[:_SHOWN])
    ]
    table(["First", "Who", "What", "Kind", "Store", "Reads", "Bytes", "Object or to"], cells)
    if len(cells) < len(found):
        line(f"{len(found) - len(cells):,} more are not shown: --all, or --jsonl")
    tell_limits(last["limits"])
