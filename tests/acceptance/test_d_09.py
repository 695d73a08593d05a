from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
from typing import TYPE_CHECKING

import jsonschema
from command.evidence import record_of
from command.logs import at
from command.run import Json, copied, jumpkit, report

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


def test_the_command_tells_it_all_at_once(accounts: tuple[Path, Json]) -> None:
    """D-09: tactics in order, gaps as rows, pivots, clocks said to be unknown; as object, lines and table alike."""
    home, answer = accounts
    body = jumpkit(home, "timeline", "--json").one()
    jsonschema.validate(body, jumpkit(None, "schema", "timeline", "--json").one())
    gap = next(row for row in body["items"] if row["kind"] == "gap" and row["why"] == "gap")
    assert (gap["time"], gap["until"], gap["state"]) == (at(120), at(160), "unknown")
    named = {finding["finding"] for finding in answer["findings"]}
    assert {uid for row in body["items"] for uid in row["findings"]} == named
    assert {phase["tactic"] for phase in body["phases"]} == {
        slug for item in answer["findings"] for slug in item["tactics"]
    }
    assert any("one source" in limit["because"] for limit in body["limits"])
    lines = jumpkit(home, "timeline", "--jsonl").lines()
    assert lines[:-1] == body["items"]
    assert lines[-1]["total"] == len(body["items"])
    table = list(csv.DictReader(io.StringIO(jumpkit(home, "timeline", "--csv").out)))
    assert [row["time"] for row in table] == [row["time"] for row in body["items"]]
    for row in body["items"]:
        if row["event"]:
            assert record_of(home, row["record"])["eventID"] == row["event"]


def test_pivots_show_all_about_one(accounts: tuple[Path, Json]) -> None:
    """D-09: from any row on to all about one principal, address or thing, whether or not a finding names it."""
    home, _ = accounts
    rows = jumpkit(home, "timeline", "--principal", "bo", "--kind", "event", "--json").one()["items"]
    assert len(rows) == 100
    assert {row["operation"] for row in rows} == {"ListBuckets"}
    asha = jumpkit(home, "timeline", "--resource", "asha", "--kind", "event", "--json").one()["items"]
    assert {row["operation"] for row in asha} == {"CreateAccessKey"}
    body = jumpkit(home, "timeline", "--json").one()
    for pivot in body["pivots"]:
        assert jumpkit(home, *pivot["see"].split()[1:], "--json").one()["items"]


def test_the_picture_is_one_file_and_zooms(accounts: tuple[Path, Json], tmp_path: Path) -> None:
    """D-09: a picture that needs nothing from outside, with a script that its own policy alone lets run."""
    out = tmp_path / "timeline.html"
    jumpkit(accounts[0], "timeline", "-o", out)
    html = out.read_text("utf-8")
    script = html.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in html
    assert "default-src 'none'" in html
    assert 'class="gap"' in html
    for words in ("keydown", "wheel", "pointerdown"):
        assert words in script


def test_a_note_stands_among_the_rows(accounts: tuple[Path, Json], tmp_path: Path) -> None:
    """D-09: what an analyst wrote in the case is on the axis."""
    home = copied(accounts[0], tmp_path / "home")
    case = accounts[1]["case"]
    jumpkit(home, "case", "note", case, "--text", "eve left in January")
    rows = jumpkit(home, "timeline", "--kind", "note", "--json").one()["items"]
    assert [row["text"] for row in rows] == ["eve left in January"]
