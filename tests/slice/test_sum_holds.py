"""Every record that goes in comes out in exactly one count, and what is known is not taken twice."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import TYPE_CHECKING

import pytest
from command.run import Json, alarming, assert_intact, entries, hunt, show, sums, triage

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def spoiled(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Json, Json, Path]:
    """Triage the hour of attacks with one file twice, one record cut short, one event told two ways; and again."""
    folder = tmp_path_factory.mktemp("spoiled")
    logs = folder / "logs"
    shutil.copytree(data_dir / "invictus-aws" / "CloudTrail", logs)
    first = min(logs.glob("*.json"))
    shutil.copy(first, logs / "the-same-again.json")
    records = json.loads(first.read_text("utf-8"))["Records"]
    other = records[0] | {"sourceIPAddress": "203.0.113.99"}
    (logs / "told-otherwise.json").write_text(json.dumps({"Records": [other]}), "utf-8")
    whole = records[1] | {"eventID": "00000000-0000-4000-8000-000000000001"}
    cut = records[2] | {"eventID": "00000000-0000-4000-8000-000000000002"}
    text = json.dumps({"Records": [whole, cut]})
    (logs / "cut-short.json").write_text(text[:-200], "utf-8")
    home = folder / "home"
    one = triage(home, logs, code=1)
    return home, one, triage(home, logs, code=None), logs


def test_the_sum_holds_and_the_conflict_is_one(spoiled: tuple[Path, Json, Json, Path]) -> None:
    _, one, _, _ = spoiled
    events = one["events"]
    assert sums(events), events
    assert events["conflict"] == 1
    assert events["rejected"] == 1
    assert events["stored"] == 2901, "the 2,900 of the hour and the one whole record of the file cut short"
    assert [item["record"]["index"] for item in events["rejects"]] == [1]
    assert all(item["reason"] for item in events["rejects"])


def test_a_file_twice_is_sealed_once(spoiled: tuple[Path, Json, Json, Path]) -> None:
    home, one, _, logs = spoiled
    named = {item.name for item in logs.iterdir() if item.suffix == ".json"}
    inputs = one["inputs"]
    assert inputs["files"] == len(named) == inputs["sealed"] + inputs["known"]
    assert [(item["kind"], item["path"]) for item in inputs["rejected"]] == [
        ("truncated", str(logs / "cut-short.json"))
    ]
    objects = [path.name for path in (home / "shelf").rglob("*") if path.is_file()]
    assert sorted(objects) == sorted({hashlib.sha256(path.read_bytes()).hexdigest() for path in logs.iterdir()})
    assert len(objects) == len(named) - 1


def test_both_tellings_are_kept_and_shown(spoiled: tuple[Path, Json, Json, Path]) -> None:
    home, _, _, logs = spoiled
    first = json.loads(min(logs.glob("*.json")).read_text("utf-8"))["Records"][0]
    found = hunt(home, "--where", f"metadata.original_event_uid = '{first['eventID']}'")
    assert len(found) == 2
    told = [show(home, item["event"]) for item in found]
    assert {item["raw"]["sourceIPAddress"] for item in told} == {first["sourceIPAddress"], "203.0.113.99"}
    assert told[0]["siblings"] == [told[1]["event"]]
    assert sorted(item["conflict"] for item in told) == [False, True]


def test_again_into_the_same_case_adds_nothing(spoiled: tuple[Path, Json, Json, Path]) -> None:
    home, one, two, _ = spoiled
    assert two["case"] == one["case"]
    assert two["events"]["stored"] == 0
    assert two["inputs"]["sealed"] == 0
    assert sums(two["events"])
    for part in ("findings", "incidents", "blind_spots"):
        assert two[part] == one[part], part
    assert alarming(one)
    assert hunt(home, "--sql", "SELECT count(*) AS events FROM events") == [{"events": 2902}]
    assert_intact(home)


def test_what_was_turned_away_is_in_the_ledger(spoiled: tuple[Path, Json, Json, Path]) -> None:
    home, one, _, _ = spoiled
    lines = entries(home, one["case"])
    assert json.dumps(lines).count(one["events"]["rejects"][0]["reason"]) >= 1
    assert {line["kind"] for line in lines} >= {"item.collected", "record.rejected", "events.stored", "report.written"}


def test_a_name_given_by_hand_goes_on_with_that_case(spoiled: tuple[Path, Json, Json, Path], tmp_path: Path) -> None:
    home, one, _, logs = spoiled
    more = tmp_path / "more"
    more.mkdir()
    shutil.copy(sorted(logs.glob("*.json"))[1], more)
    answer = triage(home, more, "--case", one["case"])
    assert answer["case"] == one["case"]
    assert answer["inputs"]["known"] == 1
    assert answer["events"]["stored"] == 0
