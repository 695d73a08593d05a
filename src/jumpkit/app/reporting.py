"""Gathers what a report is made of, renders it, and enters it in the ledger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from jumpkit import __version__
from jumpkit.app.lakes import open_case, retired
from jumpkit.app.pictures import ordered, picture_of
from jumpkit.coordinate.case import case_row
from jumpkit.investigate import timeline
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import NotFound
from jumpkit.kit.refusals import REFUSED
from jumpkit.kit.text import sql_text
from jumpkit.model.rule import RuleInfo
from jumpkit.normalize import ocsf
from jumpkit.preserve.keys import fingerprint as fingerprint_of
from jumpkit.preserve.keys import key_of, public_of
from jumpkit.preserve.ledger import append, last_checkpoint
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import vouch
from jumpkit.report import Material, Totals, Written, format_of, render
from jumpkit.report import first_steps as report_steps

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from jumpkit.app.workspace import Desk
    from jumpkit.model.finding import Picture
    from jumpkit.store.book import Tx
    from jumpkit.store.book.book import Row
    from jumpkit.store.lake.read import Lake

ALWAYS = ("html",)
REPORT = "report"  # kind of file_
_TIMELINE = 2_000  # rows


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
    """Return the three things to do first in a case: title, why, and the commands that look and that do."""
    with open_case(desk, case) as lake:
        wanted = report_steps(gather(desk, lake, None, unmask=False))
    return [{"title": item.title, "why": item.why, "look": list(item.look), "do": list(item.do)} for item in wanted]


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
    return Material(
        case={name: row[name] for name in names} | {"severity_basis": json.loads(row["severity_basis"])},
        picture=picture,
        generated=desk.clock(),
        version=__version__,
        timeline=timeline(lake, picture, _TIMELINE),
        activity=_activity(lake, picture),
        inputs=counts.get("inputs", {}),
        events=counts.get("events", {}),
        rules=_rules(infos),
        infos=infos,
        ledger=ledger,
        artifacts=artifacts,
        estate=row["estate"],
        unmasked=unmask,
        totals=_totals(lake, picture),
        cited=lambda uids: _rows(lake, picture, uids),
        rows=lambda: _rows(lake, picture, None),
        later=lambda operations: _later(lake, operations),
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


_ACTIVITY = f"""
SELECT time // ? AS bucket, cloud.account.uid, cloud.region, count(*),
       count(*) FILTER (regexp_matches(status_code, '{REFUSED}')), min(time), max(time)
FROM events GROUP BY ALL ORDER BY ALL
"""  # noqa: S608 - a constant


def _activity(lake: Lake, picture: Picture) -> list[dict[str, object]]:
    """Return events and calls refused for lack of rights a bucket of time, account and region, and hits in each."""
    ((begin, end),) = lake.query("SELECT min(time), max(time) FROM events")
    seconds = _bucket((end or 0) - (begin or 0))
    matched = {
        (bucket, account, region): count
        for bucket, account, region, count in lake.query(
            "SELECT time // ?, account, region, count(DISTINCT uid) FROM hits"
            " WHERE rule IN (SELECT unnest(?)) GROUP BY ALL",
            [seconds * 1000, _telling(picture)],
        )
    }
    return [
        {
            "hour": _at(bucket * seconds * 1000),
            "seconds": seconds,
            "account": account,
            "region": region,
            "events": events,
            "refused": refused,
            "findings": matched.get((bucket, account, region), 0),
            "first": _at(first),
            "last": _at(last),
        }
        for bucket, account, region, events, refused, first, last in lake.query(_ACTIVITY, [seconds * 1000])
    ]


def _bucket(span: int) -> int:
    """Return in seconds how finely a span of milliseconds is counted: finer where an hour would hide everything."""
    return next((seconds for most, seconds in ((2, 60), (12, 300)) if span < most * 3_600_000), 3600)


def _at(milliseconds: int) -> str:
    return stamp(datetime.fromtimestamp(milliseconds / 1000, UTC))


_MOST_KINDS = 20_000  # distinct addresses, agents … that are counted one by one
_TALLIES = {"address": "ip", "region": "region", "account": "account", "operation": "operation"}
_AGENTS = """
SELECT http_request.user_agent, count(*) FROM events
WHERE http_request.user_agent IS NOT NULL AND metadata.uid IN (SELECT uid FROM hits WHERE rule IN (SELECT unnest(?)))
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?
"""


def _telling(picture: Picture) -> list[str]:
    """Return the rules that made findings; hits of others only feed correlations."""
    return sorted({finding.rule for finding in picture.findings})


def _totals(lake: Lake, picture: Picture) -> Totals:
    """Return counts over all events that findings rest on; an event counts once, however many rules it matched."""
    rules = _telling(picture)
    ((events, refused),) = lake.query(
        f"SELECT count(DISTINCT uid), count(DISTINCT uid) FILTER (regexp_matches(error, '{REFUSED}'))"  # noqa: S608 - a constant
        " FROM hits WHERE rule IN (SELECT unnest(?))",
        [rules],
    )
    count = (
        "SELECT {0}, count(DISTINCT uid) FROM hits WHERE {0} IS NOT NULL AND rule IN (SELECT unnest(?))"
        " GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ?"
    )
    asked = [rules, _MOST_KINDS]
    tallies = {name: dict(lake.query(count.format(column), asked)) for name, column in _TALLIES.items()}
    return Totals(events, refused, tallies | {"agent": dict(lake.query(_AGENTS, asked))})


def _rows(lake: Lake, picture: Picture, uids: frozenset[str] | None) -> Iterator[dict[str, Any]]:
    """Yield events of findings as OCSF, each with its address and the findings that cite it; of `uids` or all."""
    by_event: dict[str, list[str]] = {}
    for finding in picture.findings:
        for uid in finding.sample:
            by_event.setdefault(uid, []).append(finding.finding)
    wanted = "SELECT uid FROM hits WHERE rule IN (SELECT unnest(?))" if uids is None else "SELECT unnest(?)"
    found = lake.rows(
        f"SELECT * FROM events WHERE metadata.uid IN ({wanted}) ORDER BY time, metadata.uid",  # noqa: S608 - our own words
        [_telling(picture) if uids is None else sorted(uids)],
    )
    for row in found:
        uid = row["metadata"]["uid"]
        yield ocsf(row) | {"record": row["record"], "findings": by_event.get(uid, [])}


_LATER = """
SELECT api.operation, time, metadata.uid, api.request.data, principal.uid, cloud.account.uid, cloud.region
FROM events WHERE api.operation IN ({}) AND status_code IS NULL ORDER BY time, metadata.uid
"""


def _later(lake: Lake, operations: Collection[str]) -> list[dict[str, object]]:
    """Return the successful calls of some operations: what, when, event, request, by whom and where."""
    names = ("operation", "time", "event", "request", "principal", "account", "region")
    listed = ", ".join(map(sql_text, sorted(operations)))  # a literal list is pushed down to the files
    return [dict(zip(names, row, strict=True)) for row in lake.query(_LATER.format(listed))]
