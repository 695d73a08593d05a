"""When everything happened: all sources on one axis in UTC, gaps and notes among them; -o x.html draws it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from jumpkit.cli.options import Shared, shared_options

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk
    from jumpkit.investigate.axis import Asked

_SHOWN = 60  # rows for a person
_WORDS = 90
_FORMS = ("jsonl", "csv", "html")


@click.command("timeline", help=__doc__)
@click.argument("case", required=False)
@click.option("--from", "since", metavar="TIME", help="From this moment on (RFC 3339).")
@click.option("--to", "until", metavar="TIME", help="Before this moment.")
@click.option("--principal", help="All of one principal: uid, name, ARN, session or key.")
@click.option("--resource", help="All about one thing: bucket, object, instance, interface, name, ARN.")
@click.option("--ip", help="All from or to one address.")
@click.option("--kind", multiple=True, help="Only rows of this kind: event, reported, network, gap, note …")
@click.option("--every", is_flag=True, help="Events that no finding names too.")
@click.option("--limit", type=click.IntRange(1), default=2000, show_default=True, help="Most events; --jsonl has all.")
@click.option("--jsonl", is_flag=True, help="One JSON object a row, and a last one with the limits; nothing left out.")
@click.option("--csv", "as_csv", is_flag=True, help="A table for a spreadsheet; nothing left out.")
@click.option("-o", "out", type=click.Path(dir_okay=False, path_type=Path), help="Write a file: .html, .csv, .jsonl.")
@click.option("--estate", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The estate file.")
@shared_options
def command(shared: Shared, case: str | None, *, out: Path | None, estate: Path | None, **said: Any) -> int:
    """Tell when everything happened."""
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening

    asked, form = _asked(**said), _form(out, **said)
    with reading(opening(shared)) as desk:
        if form is None or (form == "html" and out is not None):
            _whole(desk, (case, asked, estate), shared, out)
        elif out is None:
            _stream(desk, (case, asked, estate), form, sys.stdout)
        else:
            with out.open("w", encoding="utf-8", newline="") as file:
                _stream(desk, (case, asked, estate), form, file)
    return 0


def _asked(**said: Any) -> Asked:
    from jumpkit.cli.times import moment_of
    from jumpkit.investigate.axis import KINDS, Asked

    strange = sorted(set(said["kind"]) - set(KINDS))
    if strange:
        raise click.UsageError(f"there is no kind {strange[0]}: {', '.join(KINDS)}")
    moments = [moment_of(said[name]) for name in ("since", "until")]
    since, until = (None if each is None else round(each.timestamp() * 1000) for each in moments)
    most = None if said["jsonl"] or said["as_csv"] else said["limit"]
    return Asked(since, until, said["principal"], said["resource"], said["ip"], said["kind"], said["every"], most)


def _form(out: Path | None, **said: Any) -> str | None:
    """Return in which form rows are wanted, None for words or one object."""
    if said["jsonl"] and said["as_csv"]:
        raise click.UsageError("one form: --jsonl or --csv")
    if said["jsonl"] or said["as_csv"]:
        return "jsonl" if said["jsonl"] else "csv"
    if out is None:
        return None
    form = out.suffix.removeprefix(".").lower()
    if form not in _FORMS:
        raise click.UsageError(f"-o writes .html, .csv or .jsonl, not {out.suffix or 'a file without an ending'}")
    return form


def _stream(desk: Desk, what: tuple[str | None, Asked, Path | None], form: str, out: IO[str]) -> None:
    from dataclasses import replace

    from jumpkit.app.timeline import lines, table

    case, asked, estate = what
    rows = lines(desk, case, replace(asked, most=None), estate=estate)
    if form == "csv":
        out.writelines(table(rows))
    else:
        out.writelines(json.dumps(row, ensure_ascii=True) + "\n" for row in rows)


def _whole(desk: Desk, what: tuple[str | None, Asked, Path | None], shared: Shared, out: Path | None) -> None:
    from jumpkit.app.timeline import picture, timeline
    from jumpkit.cli.output import emit_json, line

    case, asked, estate = what
    answer = timeline(desk, case, asked, estate=estate)
    if out is not None:
        picture(desk, answer, out)
    if shared.as_json:
        emit_json(answer)
    elif out is not None:
        line(f"{len(answer['items']):,} rows drawn in {out}")
    else:
        _tell(answer)


def _tell(answer: dict[str, Any]) -> None:
    from jumpkit.cli.output import line, table
    from jumpkit.cli.telling import tell_limits
    from jumpkit.investigate.axis import folded

    if not answer["items"]:
        line(f"{answer['case']}: no row, which says nothing of what happened")
        tell_limits(answer["limits"])
        return
    line(f"{answer['case']}: {len(answer['items']):,} rows, UTC" + _beyond(answer["more"]))
    if answer["phases"]:
        line()
        table(
            ("phase", "first", "last", "findings", "events"),
            [
                (each["tactic"].replace("-", " "), each["first"], each["last"], len(each["findings"]), each["events"])
                for each in answer["phases"]
            ],
        )
    line()
    rows = folded(answer["items"])
    shown = _chosen(rows)
    table(("time", "kind", "severity", "who", "what", "from"), [_cells(row) for row in shown])
    if len(shown) < len(rows):
        line(f"{len(rows) - len(shown):,} more are not shown here: -o x.html draws them, --json has all")
    line()
    for each in answer["clocks"]:
        apart = "unknown" if each["value_s"] is None else f"{each['value_s']:+g} s (spread {each['spread_s']:g} s)"
        line(f"clock of {each['source']}: {apart}; {each['because']}")
    if answer["pivots"]:
        line("all about one:")
    for each in answer["pivots"][:9]:
        line(f"  {each['see']}  ({each['rows']:,} rows)")
    tell_limits(answer["limits"])


def _beyond(more: int) -> str:
    return f"; {more:,} further events are not among them (--limit, --jsonl)" if more > 0 else ""


def _chosen(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows that fit a screen: whatever is no event, then the heaviest, in order of time."""
    weight = {"critical": 0, "high": 1, "medium": 2, "low": 4, "informational": 5, None: 5}

    def rank(place: int) -> tuple[int, int]:
        row = rows[place]
        return (3 if row["kind"] == "context" else 1 if row["kind"] != "event" else weight[row["severity"]]), place

    return [rows[place] for place in sorted(sorted(range(len(rows)), key=rank)[:_SHOWN])]


def _cells(row: dict[str, Any]) -> tuple[object, ...]:
    principal = row["principal"] or {}
    call = "" if (row["text"] or "").startswith(row["operation"] or " ") else row["operation"]
    what = ": ".join(each for each in (row["text"], call) if each)
    what += f" ({row['outcome']})" if row["outcome"] not in (None, "success") else ""
    what += f", {row['count']:,} times" if row["count"] > 1 else ""
    what += f", to {row['until']}" if row["until"] and row["kind"] in ("gap", "network") else ""
    return (
        row["time"],
        row["kind"],
        row["severity"] or "",
        principal.get("name") or principal.get("uid") or "",
        what if len(what) <= _WORDS else what[: _WORDS - 1] + "…",
        row["address"] or "",
    )
