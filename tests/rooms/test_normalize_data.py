"""The real logs: every CloudTrail event of them is stored, and its place is where it lies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from jumpkit.model.artifact import Chunk, Rejected
from jumpkit.model.batch import Batch
from jumpkit.model.event import Reject
from jumpkit.normalize import Reader, load_source, raw_event

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = load_source("aws/cloudtrail")


def read(paths: list[Path]) -> tuple[list[dict[str, Any]], list[Any], dict[str, bytes]]:
    reader, found, datas = Reader(SOURCE), [], {}
    for number, path in enumerate(paths):
        sha = f"{number:064x}"
        datas[sha] = path.read_bytes()
        found += reader.feed(Chunk(sha, None, datas[sha], 0, last=True))
    found += reader.flush()
    rows = [row for each in found if isinstance(each, Batch) for row in each.table.to_pylist()]
    return rows, [each for each in found if not isinstance(each, Batch)], datas


@pytest.mark.parametrize(
    ("pattern", "events"),
    [
        ("invictus-aws/CloudTrail/*.json", 2900),
        ("stratus/logs/*.json", None),
        ("traildiscover/events/**/*.cloudtrail", 315),
        ("otrf-cloud/aws/ec2_proxy*.json", 103),
        ("malformed/cloudtrail*.json", 2),
    ],
)
def test_every_event_is_stored(data_dir: Path, pattern: str, events: int | None) -> None:
    rows, others, datas = read(sorted(data_dir.glob(pattern)))
    assert not others
    if events is None:
        events = sum(len(json.loads(data)) for data in datas.values())
    assert len(rows) == events
    for row in rows:
        record = row["record"]
        own = json.loads(datas[record["sha256"]][record["start"] : record["end"]])
        assert own["eventID"] == row["metadata"]["original_event_uid"]
        assert own["eventName"] == row["api"]["operation"]
        assert row["principal"]["uid"]


def test_places_hold_whole_events(data_dir: Path) -> None:
    rows, _, datas = read(sorted(data_dir.glob("invictus-aws/CloudTrail/*.json")))
    by_file = {sha: json.loads(data)["Records"] for sha, data in datas.items()}
    for row in rows[::7]:
        record = row["record"]
        own = datas[record["sha256"]][record["start"] : record["end"]]
        assert raw_event(own, SOURCE) == by_file[record["sha256"]][record["index"]]


def test_other_logs_are_turned_away_by_name(data_dir: Path) -> None:
    paths = sorted(data_dir.glob("malformed/azure*.json")) + sorted(data_dir.glob("otrf-cloud/m365/*.json"))
    rows, others, _ = read(paths)
    assert not rows
    assert [each.kind for each in others] == ["not_a_log"] * len(paths)
    assert all("Azure" in each.reason or "Microsoft" in each.reason for each in others)


def test_descriptions_beside_the_logs_are_no_logs(data_dir: Path) -> None:
    paths = sorted(data_dir.glob("traildiscover/events/**/*.json"))
    rows, others, _ = read(paths)
    assert not rows
    assert len(others) == len(paths)
    assert not any(isinstance(each, (Reject, Rejected)) for each in others)


def test_a_damaged_log_says_so(data_dir: Path) -> None:
    _, others, _ = read([data_dir / "malformed" / "bad_cloudtrail.json"])
    assert [type(each).__name__ for each in others] == ["Reject", "Rejected"]
    assert others[1].kind == "truncated"
