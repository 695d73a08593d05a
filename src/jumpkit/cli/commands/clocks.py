"""Show the deadlines of a case: laws, contracts, providers and targets of our own; exit 1 where one is breached."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from jumpkit.cli.options import Shared, shared_options
from jumpkit.kit.errors import BadUsage

_URGENT = ("breached", "overdue", "warning")
_LOUD = (*_URGENT, "running", "held")


@click.command("clocks", help=__doc__)
@click.argument("case", required=False)
@click.option("--at", metavar="TIME", help="As they stand at another moment.")
@click.option("--ics", type=click.Path(path_type=Path, dir_okay=False), help="Write an iCalendar feed too.")
@click.option("--all", "whole", is_flag=True, help="Also those that nothing has started yet.")
@shared_options
def command(shared: Shared, case: str | None, at: str | None, ics: Path | None, *, whole: bool) -> int:
    """Show the deadlines of a case."""
    from datetime import datetime

    from jumpkit.app.casework import calendar, clocks
    from jumpkit.app.workspace import reading
    from jumpkit.cli.opening import opening
    from jumpkit.cli.output import emit_json
    from jumpkit.coordinate.deed import moment_of

    how = opening(shared)
    if ics is not None and not ics.absolute().parent.is_dir():
        raise BadUsage("there is no such folder", target=str(ics.parent), hint="make it first")
    moment = datetime.fromisoformat(moment_of(at, how.clock)[0]) if at else None
    with reading(how) as desk:
        body = clocks(desk, how, case, moment)
    if ics is not None:
        ics.write_text(calendar(body, how.clock()), "utf-8", newline="")
    if shared.as_json:
        emit_json(body)
    else:
        _tell(body, ics, whole=whole)
    return 1 if any(each["state"] == "breached" for each in body["clocks"]) else 0


def _tell(body: dict[str, Any], ics: Path | None, *, whole: bool) -> None:
    from jumpkit.cli.output import line

    line(f"{body['case']}  {body['title']}: clocks at {body['at']}")
    there = [each for each in body["clocks"] if each["due"] is not None]
    waiting = [each for each in body["clocks"] if each["due"] is None]
    for each in there:
        _tell_one(each)
    for each in waiting if whole else ():
        line(f"waiting   {each['clock']}: {each['because']}")
    line()
    if waiting and not whole:
        line(f"{len(waiting)} clocks wait for a moment that is not set: --all shows them.")
    if any(each["checked"] is None for each in there):
        line("*unverified*: nobody here has held the rule against its source. None of this is legal advice.")
    if any(each["applies"] == "unknown" and each["state"] in _LOUD for each in there):
        line("(?) Nothing entered says whether the rule applies; the case does not close until somebody says so.")
    if ics is not None:
        line(f"Written: {ics}")


def _tell_one(each: dict[str, Any]) -> None:
    from jumpkit.cli.output import line

    state = each["state"].upper() if each["state"] in _URGENT else each["state"].replace("_", " ")
    sure = "" if each["checked"] else " *unverified*"
    asks = " (?)" if each["applies"] == "unknown" and each["state"] in _LOUD else ""
    line(f"{state:<9} {each['due']}{sure}  {each['clock']}{asks}: {each['title']}")
    line(f"          {each['due_local']}, from {each['anchor']} {each['anchored']}, to: {each['to']}; {each['basis']}")
    for text in filter(None, (each["because"], each["note"])):
        line(f"          {text}")
    if each["blocks_closing"]:
        line(f"          before the case closes: {each['way_out']}")
    for other in each["readings"]:
        line(f"          another reading, {other['reading']}: {other['due']}")
    if each["settled"]:
        told = each["settled"]
        who = f" by {told['signer']}" if told["signer"] else ""
        why = f": {told['reason']}" if told["reason"] else ""
        line(f"          {told['what'].replace('_', ' ')}{who}, {told['at'] or told['recorded']}{why}")
