from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from command.evidence import record_of
from command.logs import at
from command.run import Json, report

if TYPE_CHECKING:
    from pathlib import Path


def rows_of(home: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(report(home, "csv").removeprefix("\ufeff"))))


def test_one_timeline_in_utc_in_order_with_the_original_time(accounts: tuple[Path, Json]) -> None:
    """D-09: one timeline in UTC with the original time, source, tactic, and the hash of the raw record."""
    rows = rows_of(accounts[0])
    times = [row["time"] for row in rows if row["time"]]
    assert times == sorted(times)
    assert all(time.endswith("Z") for time in times)
    events = [row for row in rows if row["event"]]
    assert {row["operation"] for row in events} >= {"StopLogging", "CreateAccessKey"}
    for row in events:
        assert row["original_time"]
        assert row["source"]
        assert row["tactics"]


def test_each_row_resolves_to_a_raw_record(accounts: tuple[Path, Json]) -> None:
    """D-09: a row of the timeline leads to the bytes of its record."""
    events = [row for row in rows_of(accounts[0]) if row["event"]]
    assert len(events) >= 2
    for row in events:
        address = {"sha256": row["record_sha256"], "member": row["record_member"] or None}
        address |= {"start": int(row["record_start"]), "end": int(row["record_end"])}
        assert record_of(accounts[0], address)["eventID"] == row["event"]


def test_a_hole_in_the_feed_is_on_the_same_axis(accounts: tuple[Path, Json]) -> None:
    """D-09: a hole of forty minutes appears as a gap on the timeline, in each format that holds one."""
    home, answer = accounts
    (gap,) = [item for item in answer["blind_spots"] if item["kind"] == "gap"]
    assert (gap["from"], gap["to"]) == (at(120), at(160))
    assert any(row["kind"] == "gap" and row["time"] == at(120) and row["until"] == at(160) for row in rows_of(home))
    assert "40 minutes" in report(home, "md")
    assert "40 minutes" in report(home, "html")
    lines = [json.loads(line) for line in report(home, "timesketch").splitlines()]
    assert any(line["kind"] == "gap" for line in lines)
    moments = [line["timestamp"] for line in lines]
    assert moments == sorted(moments)
    assert json.loads(report(home, "stix"))["type"] == "bundle"
