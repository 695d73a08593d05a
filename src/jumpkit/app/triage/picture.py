"""Draws the case's picture anew after every run, and keeps what it replaces."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jumpkit.app.asked import report_soon
from jumpkit.app.lakes import CORRELATIONS, open_case, retired
from jumpkit.app.pictures import ordered
from jumpkit.app.triage.rules import known_infos
from jumpkit.app.triage.tranche import move
from jumpkit.coordinate.case import case_row, judged
from jumpkit.detect import RuleSet, correlate
from jumpkit.investigate import investigate
from jumpkit.investigate.loss import Asked, loss
from jumpkit.kit.clock import stamp
from jumpkit.kit.digest import short_id
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import Pen, append
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import retract, vouch
from jumpkit.store.book.columns import bounded
from jumpkit.store.lake.schema import HIT
from jumpkit.store.lake.write import SegmentWriter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.app.workspace import Desk
    from jumpkit.model.estate import Estate
    from jumpkit.model.finding import BlindSpot, Finding, Incident, Picture
    from jumpkit.store.book.book import Row
    from jumpkit.store.lake.read import Lake


def look(desk: Desk, lake: Lake, run: str, rules: RuleSet, estate: Estate) -> Picture:
    """Investigate the whole case as it now stands, and write what came of it to the book."""
    case = lake.case
    picture = investigate(lake, known_infos(desk, case, rules), estate, case, desk.clock())
    report_soon(lake, ordered(picture))
    left = _left(lake, picture, estate)
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        _write(pen, case, run, picture)
        row = case_row(pen.tx, case) | {"estate": estate.digest}
        vouch(pen, case, "case_", [judged(row, picture, desk.clock, left)])
    return picture


def _left(lake: Lake, picture: Picture, estate: Estate) -> tuple[str, ...]:
    """Return the stores of a data class that the estate file names and from which data left, proven by records."""
    if not estate.data_classes or not picture.incidents:
        return ()
    items = loss(lake, picture, estate, Asked())["items"]
    named = [item for item in items if item["state"] == "proven" and item["data_class"]]
    return tuple(sorted(f"{item['store']} ({', '.join(item['data_class'])})" for item in named))


def _correlation_files(desk: Desk, case: str) -> list[Row]:
    with desk.book.read() as tx:
        return list(tx.rows("file_", case=case, kind=CORRELATIONS))


def correlated(desk: Desk, case: str, run: str, rules: RuleSet) -> None:
    """Replace the case's correlation hits by those that its hits now give; rules not loaded keep theirs."""
    old = _correlation_files(desk, case)
    loaded = {info.rule for info in rules.infos if info.correlation and info.live}
    kept = [_without(desk.home / row["path"], loaded) for row in old]
    bases = sorted({rules.infos[place].rule for body in rules.bodies for place in body.bases})
    found = HIT.empty_table()
    if bases:
        with open_case(desk, case, without=frozenset(row["path"] for row in old)) as lake:
            marks = ", ".join("?" for _ in bases)
            hits = lake.arrow(f"SELECT * FROM hits WHERE rule IN ({marks}) ORDER BY time, uid, rule", list(bases))  # noqa: S608 - marks only
        found = correlate(rules, hits.cast(HIT))
    table = pa.concat_tables([*kept, found.cast(HIT)])
    if not table.num_rows and not old:
        return
    row = _store(desk, case, run, table)
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        append(pen, case, "correlations.drawn", {"run": run, "hits": table.num_rows})
        vouch(pen, case, "file_", [row, *retired(desk, case, [gone["path"] for gone in old])])
    for gone in old:
        (desk.home / gone["path"]).unlink(missing_ok=True)


def _without(path: Path, rules: set[str]) -> pa.Table:
    table = pq.read_table(path, schema=HIT)
    named = pc.is_in(table.column("rule").cast(pa.string()), value_set=pa.array(sorted(rules), pa.string()))
    return table.filter(pc.invert(named))


def _store(desk: Desk, case: str, run: str, table: pa.Table) -> Row:
    name = f"correlations-{run}.parquet"
    target = Path("lake") / case / "hits" / name
    writer = SegmentWriter(desk.home / "cache" / "runs" / name, HIT, kind="hits")
    writer.append(table)
    written = writer.close()
    row: dict[str, object] = {"case": case, "path": target.as_posix(), "kind": CORRELATIONS, "sha256": written.sha256}
    row |= {"size": written.size, "made": stamp(desk.clock())}
    move(written.path, desk.home / target)
    return row


def _write(pen: Pen, case: str, run: str, picture: Picture) -> None:
    findings = [finding_row(case, run, item) for item in picture.findings]
    incidents = [_incident_row(case, run, item) for item in picture.incidents]
    spots = [_spot_row(case, run, item) for item in picture.blind_spots]
    people = [_principal_row(case, run, item) for item in picture.principals]
    counts = {"findings": len(findings), "incidents": len(incidents), "blind_spots": len(spots)}
    append(pen, case, "findings.recorded", counts | {"run": run})
    stale = _superseded(pen, case, findings, "finding") + _superseded(pen, case, incidents, "incident")
    vouch(pen, case, "finding", [*findings, *(row for row in stale if "finding" in row)])
    vouch(pen, case, "incident", [*incidents, *(row for row in stale if "finding" not in row)])
    for table, key, rows in (("blind_spot", "blind_spot", spots), ("principal", "principal", people)):
        present = {row[key] for row in rows}
        retract(pen, case, table, [name for name in pen.tx.values(table, key, case=case) if name not in present])
        vouch(pen, case, table, rows)


def _superseded(pen: Pen, case: str, fresh: Sequence[Row], table: str) -> list[Row]:
    """Return the rows that no longer stand, each with what stands in its place."""
    present = {row[table] for row in fresh}
    gone = [row for row in pen.tx.rows(table, case=case) if row[table] not in present and row["superseded_by"] is None]
    return [row | _replacement(row, fresh, table) for row in gone]


def _replacement(row: Row, fresh: Sequence[Row], table: str) -> dict[str, object]:
    if table == "finding":
        heirs = [new["finding"] for new in fresh if new["rule"] == row["rule"] and _overlap(new, row)]
    else:
        theirs = set(json.loads(row["origins"]))
        heirs = [new["incident"] for new in fresh if theirs & set(json.loads(new["origins"])) or _overlap(new, row)]
    why = "events that came later changed its origin or its group" if heirs else "its rule no longer matches"
    return {"superseded_by": json.dumps(heirs), "superseded_why": why}


def _overlap(one: Row, other: Row) -> bool:
    return bool(one["first"] <= other["last"] and other["first"] <= one["last"])


def finding_row(case: str, run: str, item: Finding) -> Row:
    """Return a finding as the book keeps it."""
    return {
        "case": case,
        "finding": item.finding,
        "rule": item.rule,
        "title": item.title,
        "severity": item.severity,
        "attack": json.dumps(item.attack),
        "tactics": json.dumps(item.tactics),
        "events": item.events,
        "first": stamp(item.first),
        "last": stamp(item.last),
        "principal_uid": item.principal.uid,
        "principal_name": item.principal.name,
        "origin_uid": item.origin.uid,
        "origin_name": item.origin.name,
        "origin_resolved": int(item.origin.resolved),
        "origin_why": item.origin.why,
        "incident": item.incident,
        "sample": json.dumps(item.sample),
        "superseded_by": None,
        "superseded_why": None,
        "run": run,
    }


def _incident_row(case: str, run: str, item: Incident) -> Row:
    return {
        "case": case,
        "incident": item.incident,
        "title": item.title,
        "severity": item.severity,
        "origins": json.dumps(item.origins),
        "first": stamp(item.first),
        "last": stamp(item.last),
        "tactics": json.dumps(item.tactics),
        "findings": json.dumps(item.findings),
        "superseded_by": None,
        "superseded_why": None,
        "run": run,
    }


def _spot_row(case: str, run: str, item: BlindSpot) -> Row:
    since, until = (stamp(moment) if moment else None for moment in (item.since, item.until))
    named = (item.kind, item.account or "", item.region or "", since or "", until or "", item.because)
    row = {"case": case, "blind_spot": short_id("B", case, *named), "kind": item.kind, "account": item.account}
    row |= {"region": item.region, "since": since, "until": until, "affects": json.dumps(item.affects)}
    return row | {"because": item.because, "run": run}


def _principal_row(case: str, run: str, item: dict[str, object]) -> Row:
    return {"case": case, "principal": bounded(str(item["uid"])), "body": json.dumps(item, default=str), "run": run}
