"""The lab's logs are logs, the same from the same seed, and hold the attack that their truth tells of."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from jumpkit.lab import Truth, write_incident, write_month
from jumpkit.lab.estate import stories
from jumpkit.lab.record import is_read

if TYPE_CHECKING:
    from pathlib import Path

START = datetime(2024, 11, 12, tzinfo=UTC)


def read(folder: Path) -> list[dict[str, Any]]:
    files = sorted(folder.rglob("*.json.gz"))
    return [record for file in files for record in json.loads(gzip.decompress(file.read_bytes()))["Records"]]


def digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            whole.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    return whole.hexdigest()


@pytest.fixture(scope="module")
def incident(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("incident")
    return folder, write_incident(folder, seed=1, start=START)


@pytest.fixture(scope="module")
def records(incident: tuple[Path, Truth]) -> list[dict[str, Any]]:
    return read(incident[0])


def test_each_step_of_the_truth_is_in_the_files(incident: tuple[Path, Truth], records: list[dict[str, Any]]) -> None:
    found = {record["eventID"]: record for record in records}
    truth = incident[1]
    assert truth.events == len(records) == len(found)
    assert 20_000 <= len(records) <= 60_000
    for step in truth.steps:
        assert step.events, step.name
        assert all(event in found for event in step.events), step.name
    operations = {found[event]["eventName"] for step in truth.steps for event in step.events}
    assert {"CreateUser", "AttachUserPolicy", "CreateAccessKey", "AssumeRole", "StopLogging"} <= operations
    assert {"ModifySnapshotAttribute", "CopySnapshot", "GetSecretValue", "RunInstances"} <= operations


def test_the_attack_can_be_followed_by_its_keys(incident: tuple[Path, Truth], records: list[dict[str, Any]]) -> None:
    truth = incident[1]
    attack = {event for step in truth.steps for event in step.events}
    used = {record["userIdentity"].get("accessKeyId") for record in records if record["eventID"] in attack}
    assert used - {None} == set(truth.keys)
    issued = {
        record["responseElements"][name]["accessKeyId"]
        for record in records
        if record["eventID"] in attack and record["responseElements"]
        for name in ("credentials", "accessKey")
        if name in record["responseElements"]
    }
    stolen = set(truth.keys) - issued
    assert len(stolen) == 1
    normal = [r for r in records if r["userIdentity"].get("accessKeyId") in stolen and r["eventID"] not in attack]
    assert len(normal) > 100  # the build user goes on with its work
    assert not {record["sourceIPAddress"] for record in normal} & set(truth.addresses)


def test_an_account_is_entered_with_a_replica_on_both_sides(records: list[dict[str, Any]]) -> None:
    crossing = [r for r in records if (r["requestParameters"] or {}).get("roleSessionName") == "monitoring-check"]
    entered = [record for record in crossing if "errorCode" not in record]
    assert len(entered) == 2
    assert entered[0]["sharedEventID"] == entered[1]["sharedEventID"]
    assert entered[0]["eventID"] != entered[1]["eventID"]
    assert {r["recipientAccountId"] for r in entered} == {"444455556666", "111122223333"}


def test_where_logging_was_stopped_nothing_is_written(
    incident: tuple[Path, Truth], records: list[dict[str, Any]]
) -> None:
    gap = incident[1].silence
    there = [r["eventTime"] for r in records if (r["recipientAccountId"], r["awsRegion"]) == (gap.account, gap.region)]
    assert not [time for time in there if gap.since <= time < gap.until]
    assert [time for time in there if time < gap.since]
    assert [time for time in there if time >= gap.until]


def test_sessions_that_begin_in_the_logs_can_be_resolved(records: list[dict[str, Any]]) -> None:
    issued = {
        record["responseElements"]["credentials"]["accessKeyId"]
        for record in records
        if "credentials" in (record["responseElements"] or {})
    }
    used = Counter(str(record["userIdentity"].get("accessKeyId", "")) for record in records)
    temporary = {key: count for key, count in used.items() if key.startswith("ASIA")}
    orphans = set(temporary) - issued
    assert len(temporary) > 400
    assert len(orphans) <= 20  # only those that were issued while nothing was logged


def test_records_have_the_form_of_the_service(records: list[dict[str, Any]]) -> None:
    for record in records:
        assert record["eventTime"].endswith("Z")
        assert record["eventSource"].endswith(".amazonaws.com")
        assert record["eventVersion"] in {"1.08", "1.09", "1.10", "1.11"}
        assert record["managementEvent"] is (record["eventCategory"] == "Management")
        assert record["userIdentity"]["type"]
        assert ("errorCode" not in record) or record["errorMessage"]
    leftovers = [record for record in records if "<" in json.dumps(record).replace("<sensitiveDataRemoved>", "")]
    assert not leftovers


def test_files_lie_as_the_provider_delivers_them(incident: tuple[Path, Truth]) -> None:
    for file in incident[0].rglob("*.json.gz"):
        root, account, trail, region, year, month, day, name = file.relative_to(incident[0]).parts
        assert (root, trail) == ("AWSLogs", "CloudTrail")
        assert name.startswith(f"{account}_CloudTrail_{region}_{year}{month}{day}T")
        held = json.loads(gzip.decompress(file.read_bytes()))["Records"]
        assert {(r["recipientAccountId"], r["awsRegion"], r["eventTime"][:10]) for r in held} == {
            (account, region, f"{year}-{month}-{day}")
        }


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        write_month(tmp_path / name, seed=seed, start=START, days=2, events_per_day=400)
    assert digest(tmp_path / "a") == digest(tmp_path / "b") != digest(tmp_path / "c")
    truths = [write_incident(tmp_path / f"i{n}", seed=7, start=START, events_per_day=500) for n in (1, 2)]
    assert truths[0] == truths[1]
    assert digest(tmp_path / "i1") == digest(tmp_path / "i2")


def test_the_truth_is_written_only_if_asked(tmp_path: Path) -> None:
    truth = write_incident(tmp_path / "logs", seed=3, start=START, events_per_day=300)
    assert {file.suffix for file in tmp_path.rglob("*") if file.is_file()} == {".gz"}
    truth.write(tmp_path / "truth.json")
    told = json.loads((tmp_path / "truth.json").read_text())
    assert told["techniques"] == list(truth.techniques)
    assert told["steps"][0]["events"] == list(truth.steps[0].events)


def test_a_month_holds_every_kind_of_day_and_no_intruder(tmp_path: Path) -> None:
    total = write_month(tmp_path, seed=1, start=START, events_per_day=500)
    records = read(tmp_path)
    assert total == len(records) == len({record["eventID"] for record in records})
    days = {record["eventTime"][:10] for record in records}
    assert {str((START + timedelta(days=n)).date()) for n in range(30)} <= days
    operations = Counter(record["eventName"] for record in records)
    assert operations["CreateOpenIDConnectProvider"] == 1
    assert operations["UpdateTrail"] == 1
    told = {
        (spec if isinstance(spec, str) else spec["call"]).split()[1]
        for story in stories("life").values()
        for step in story["steps"]
        for spec in step["calls"]
    }
    assert told <= set(operations)
    assert not [record for record in records if record["sourceIPAddress"].startswith("198.51.100.")]


def test_writing_calls_are_not_taken_for_reads() -> None:
    assert not is_read("CreateUser")
    assert not is_read("PutObject")
    assert is_read("GetObject")
