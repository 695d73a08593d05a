"""Gathers what a report is made of, renders it, and enters it in the ledger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from jumpkit import __version__
from jumpkit.app.asked import TIMELINE, activity, cited, events_of, later, telling, totals
from jumpkit.app.lakes import open_case, retired
from jumpkit.app.pictures import ordered, picture_of
from jumpkit.coordinate.case import case_row
from jumpkit.investigate import timeline
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import NotFound
from jumpkit.model.rule import RuleInfo
from jumpkit.preserve.keys import fingerprint as fingerprint_of
from jumpkit.preserve.keys import key_of, public_of
from jumpkit.preserve.ledger import append, last_checkpoint
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import vouch
from jumpkit.report import Material, Written, format_of, render
from jumpkit.report import first_steps as report_steps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.app.workspace import Desk
    from jumpkit.model.finding import Picture
    from jumpkit.store.book import Tx
    from jumpkit.store.book.book import Row
    from jumpkit.store.lake.read import Lake

ALWAYS = ("html",)
REPORT = "report"  # kind of file_


@dataclass(frozen=True, slots=True)
class Wish:
    """Which report is wanted, and whether secrets are shown in it."""

    fmt: str
    unmask: bool = False


def write_reports(desk: Desk, lake: Lake, run: Row, picture: Picture) -> dict[str, str]:
    """Write the reports of a run into the workspace, end the run, and return the reports' paths by format."""
    case = lake.case
    written: dict[str, Written] = {}
    folder = desk.home / "reports" / case
    material = gather(desk, lake, picture, unmask=False)
    for fmt in ALWAYS:
        name = Path(format_of(fmt).FILE)
        written[fmt] = render(material, fmt, folder / f"{name.stem}-{run['run']}{name.suffix}")
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        for fmt, item in written.items():
            append(pen, case, "report.written", {"format": fmt, "sha256": item.sha256, "unmasked": False})
        old = [row["path"] for row in pen.tx.rows("file_", case=case, kind=REPORT)]
        fresh = [_file_row(desk, case, item) for item in written.values()]
        vouch(pen, case, "file_", [*fresh, *retired(desk, case, old)])
        vouch(pen, case, "run", [{**run, "finished": stamp(desk.clock())}])
    for path in old:
        (desk.home / path).unlink(missing_ok=True)
    return {fmt: str(item.path) for fmt, item in written.items()}


def export(desk: Desk, case: str, wish: Wish, out: Path | IO[bytes]) -> Written:
    """Write one report where the user wants it; showing secrets is entered in the ledger before anything is shown."""
    format_of(wish.fmt)
    if wish.unmask:
        with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
            append(pen, case, "unmask", {"what": f"report {wish.fmt}", "to": _name(out)})
    with open_case(desk, case) as lake:
        material = gather(desk, lake, None, unmask=wish.unmask)
        written = render(material, wish.fmt, out)
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        told = {"format": wish.fmt, "sha256": written.sha256, "unmasked": wish.unmask}
        append(pen, case, "report.written", told | {"to": _name(out)})
    return written


def first_steps(desk: Desk, case: str) -> list[dict[str, Any]]:
    """Return the three things to do first in a case: title, why, and the commands that look, plan and do."""
    with open_case(desk, case) as lake:
        wanted = report_steps(gather(desk, lake, None, unmask=False))
    return [
        {"title": item.title, "why": item.why}
        | {"look": list(item.look), "respond": list(item.respond), "do": list(item.do)}
        for item in wanted
    ]


def _name(out: Path | IO[bytes]) -> str:
    return str(out) if isinstance(out, Path) else "stdout"


def present_report(desk: Desk, case: str, fmt: str) -> Path:
    """Return where the workspace keeps the present report of a case.

    Raises:
        NotFound: no run of the case has come to its end, or its reports are of other formats.

    """
    ending = Path(format_of(fmt).FILE).suffix
    with desk.book.read() as tx:
        paths = [row["path"] for row in tx.rows("file_", case=case, kind=REPORT) if row["path"].endswith(ending)]
    if not paths:
        hint = f"jumpkit report {case} --format {fmt} -o FILE"
        raise NotFound(f"the workspace keeps no report of {case} in this format", target=fmt, hint=hint)
    return desk.home / str(paths[-1])


def _file_row(desk: Desk, case: str, written: Written) -> Row:
    assert written.path is not None  # noqa: S101 - only reports on disk are listed
    path = written.path.relative_to(desk.home).as_posix()
    row = {"case": case, "path": path, "kind": REPORT, "sha256": written.sha256, "size": written.size}
    return row | {"made": stamp(desk.clock())}


def gather(desk: Desk, lake: Lake, drawn: Picture | None, *, unmask: bool) -> Material:
    """Return all that a report needs of one case; where its picture was not just `drawn`, the book tells it."""
    case = lake.case
    with desk.book.read() as tx:
        row = case_row(tx, case)
        picture = picture_of(tx, case) if drawn is None else ordered(drawn)
        infos = _infos(tx, case)
        counts = _counts(tx, case)
        ledger = _ledger(tx, case, desk.home)
        artifacts = [
            {name: item[name] for name in ("name", "sha256", "size")} for item in tx.rows("artifact", case=case)
        ]
    names = ("case", "title", "state", "severity", "created")
    rules = telling(picture)
    return Material(
        case={name: row[name] for name in names} | {"severity_basis": json.loads(row["severity_basis"])},
        picture=picture,
        generated=desk.clock(),
        version=__version__,
        timeline=timeline(lake, picture, TIMELINE),
        activity=activity(lake, rules),
        inputs=counts.get("inputs", {}),
        events=counts.get("events", {}),
        rules=_rules(infos),
        infos=infos,
        ledger=ledger,
        artifacts=artifacts,
        estate=row["estate"],
        solo=bool(row["solo"]),
        tlp=row["tlp"] or "amber+strict",
        unmasked=unmask,
        totals=totals(lake, rules),
        cited=lambda uids: cited(lake, picture, uids),
        rows=lambda: events_of(lake, picture),
        later=lambda operations: later(lake, operations),
    )


def _infos(tx: Tx, case: str) -> dict[str, RuleInfo]:
    infos = {}
    for row in tx.rows("rule_applied", case=case):
        values: dict[str, Any] = json.loads(row["info"])
        lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
        infos[row["rule"]] = RuleInfo(**(values | lists))
    return infos


def _counts(tx: Tx, case: str) -> dict[str, Any]:
    """Return the last run's accounting."""
    runs = sorted((row for row in tx.rows("run", case=case) if row["counts"]), key=lambda row: row["started"])
    return json.loads(runs[-1]["counts"]) if runs else {}


def _ledger(tx: Tx, case: str, home: Path) -> dict[str, object]:
    last = last_checkpoint(tx, case)
    public = public_of(home)
    return {
        "size": last.size if last else 0,
        "root": last.root.hex() if last else None,
        "key": fingerprint_of(public) if public else None,
    }


def _rules(infos: Mapping[str, RuleInfo]) -> dict[str, object]:
    waiting = [{"rule": info.rule, "reason": info.reason} for info in infos.values() if not info.live]
    return {"loaded": len(infos), "live": len(infos) - len(waiting), "not_runnable": waiting}
