"""Gathers what a report is made of, renders it, and enters it in the ledger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

from jumpkit import __version__
from jumpkit.app.lakes import open_case
from jumpkit.app.pictures import picture_of
from jumpkit.coordinate.case import case_row
from jumpkit.investigate import timeline
from jumpkit.kit.clock import stamp
from jumpkit.model.rule import RuleInfo
from jumpkit.normalize import ocsf
from jumpkit.preserve.keys import fingerprint as fingerprint_of
from jumpkit.preserve.keys import key_of, public_of
from jumpkit.preserve.ledger import append, last_checkpoint, recording
from jumpkit.preserve.rows import vouch
from jumpkit.report import Material, Written, format_of, render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from jumpkit.app.workspace import Desk
    from jumpkit.model.finding import Picture
    from jumpkit.store.book import Tx
    from jumpkit.store.book.book import Row
    from jumpkit.store.lake.read import Lake

ALWAYS = ("html", "md")
_TIMELINE = 2_000  # rows


@dataclass(frozen=True, slots=True)
class Wish:
    """Which report is wanted: its format, whether secrets are shown, and where it goes (None: into the workspace)."""

    fmt: str
    unmask: bool = False
    out: Path | None = None


def write_reports(desk: Desk, case: str, fmts: Sequence[str] = ALWAYS) -> dict[str, str]:
    """Write the case's reports into the workspace and return their paths by format."""
    written: dict[str, Written] = {}
    with open_case(desk, case) as lake:
        material = gather(desk, case, lake, unmask=False)
        for fmt in fmts:
            written[fmt] = render(material, fmt, place(desk, case, fmt))
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        for fmt, item in written.items():
            append(pen, case, "report.written", {"format": fmt, "sha256": item.sha256, "unmasked": False})
        vouch(pen, case, "file_", [_file_row(desk, case, item) for item in written.values()])
    return {fmt: str(item.path) for fmt, item in written.items()}


def export(desk: Desk, case: str, wish: Wish, stream: IO[bytes] | None = None) -> Written:
    """Write one report where the user wants it; showing secrets is entered in the ledger before anything is shown."""
    format_of(wish.fmt)
    if wish.unmask:
        with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
            append(pen, case, "unmask", {"what": f"report {wish.fmt}", "to": str(wish.out) if wish.out else "stdout"})
    with open_case(desk, case) as lake:
        material = gather(desk, case, lake, unmask=wish.unmask)
        written = render(
            material, wish.fmt, stream if stream is not None else (wish.out or place(desk, case, wish.fmt))
        )
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        told = {"format": wish.fmt, "sha256": written.sha256, "unmasked": wish.unmask}
        append(pen, case, "report.written", told | {"to": str(wish.out) if wish.out else None})
        if stream is None and wish.out is None:
            vouch(pen, case, "file_", [_file_row(desk, case, written)])
    return written


def place(desk: Desk, case: str, fmt: str) -> Path:
    """Return where the workspace keeps a case's report of one format."""
    return desk.home / "reports" / case / format_of(fmt).FILE


def _file_row(desk: Desk, case: str, written: Written) -> Row:
    assert written.path is not None  # noqa: S101 - only reports on disk are listed
    path = written.path.relative_to(desk.home).as_posix()
    row = {"case": case, "path": path, "kind": "report", "sha256": written.sha256, "size": written.size}
    return row | {"made": stamp(desk.clock())}


def gather(desk: Desk, case: str, lake: Lake, *, unmask: bool) -> Material:
    """Return all that a report needs of one case."""
    with desk.book.read() as tx:
        row = case_row(tx, case)
        picture = picture_of(tx, case)
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
        activity=_activity(lake),
        inputs=counts.get("inputs", {}),
        events=counts.get("events", {}),
        rules=_rules(infos),
        infos=infos,
        ledger=ledger,
        artifacts=artifacts,
        estate=row["estate"],
        unmasked=unmask,
        rows=_finding_events(lake, picture),
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


def _activity(lake: Lake) -> list[dict[str, object]]:
    """Return events and refused calls an hour, account and region, and hits of rules in each."""
    rows = lake.query(
        "SELECT time // 3600000 AS hour, cloud.account.uid, cloud.region, count(*), count(status_code),"
        " FROM events GROUP BY ALL ORDER BY ALL"
    )
    matched = {
        (hour, account, region): count
        for hour, account, region, count in lake.query(
            "SELECT time // 3600000, account, region, count(DISTINCT uid) FROM hits GROUP BY ALL"
        )
    }
    return [
        {
            "hour": _hour(hour),
            "account": account,
            "region": region,
            "events": events,
            "refused": refused,
            "findings": matched.get((hour, account, region), 0),
        }
        for hour, account, region, events, refused in rows
    ]


def _hour(number: int) -> str:
    return stamp(datetime.fromtimestamp(number * 3600, UTC))


def _finding_events(lake: Lake, picture: Picture) -> Callable[[], Iterable[dict[str, Any]]]:
    """Return what yields the events of the findings as OCSF, each with its address and the findings it belongs to."""

    def rows() -> Iterator[dict[str, Any]]:
        by_event: dict[str, list[str]] = {}
        for finding in picture.findings:
            for uid in finding.sample:
                by_event.setdefault(uid, []).append(finding.finding)
        found = lake.rows(
            "SELECT * FROM events WHERE metadata.uid IN (SELECT uid FROM hits) ORDER BY time, metadata.uid"
        )
        for row in found:
            uid = row["metadata"]["uid"]
            yield ocsf(row) | {"record": row["record"], "findings": by_event.get(uid, [])}

    return rows
