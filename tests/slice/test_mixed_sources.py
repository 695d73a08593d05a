"""One folder of many sources: read by one command, counted to the last record, and each shown as what it is."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from command.run import Json, assert_intact, hunt, jumpkit, show, sums, triage

from jumpkit.normalize import list_sources, load_source

HERE = Path(__file__).parent
HEADING = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)
BEGIN = 1772619300


def flow(number: int, *, port: int = 443) -> str:
    begin = BEGIN + number
    return (
        f"2 111122223333 eni-{number % 5:08x} 203.0.113.{number % 9} 10.0.1.20 {40000 + number} {port} 6 30 {number}"
        f" {begin} {begin + 60} {'REJECT' if number % 4 == 0 else 'ACCEPT'} OK"
    )


def as_parquet(path: Path, lines: list[str]) -> None:
    columns = zip(*(line.split() for line in lines), strict=True)
    numbers = {"version", "srcport", "dstport", "protocol", "packets", "bytes", "start", "end"}
    told = {
        name.replace("-", "_"): [int(value) for value in values] if name in numbers else list(values)
        for name, values in zip(HEADING.split(), columns, strict=True)
    }
    path.parent.mkdir(parents=True)
    pq.write_table(pa.table(told), path)


def examples(source: str) -> list[str]:
    """Return the texts of a source's examples, each a member of its own; CloudTrail comes from the fixtures."""
    found = load_source(source).examples
    return [each.text if each.text is not None else json.dumps(each.raw) for each in found]


def write(folder: Path) -> Path:
    shutil.copytree(HERE.parent / "fixtures" / "three_accounts", folder / "trail")
    (folder / "flows.log.gz").write_bytes(gzip.compress("\n".join([HEADING, *map(flow, range(200)), ""]).encode()))
    (folder / "flows.txt").write_text("\n".join([HEADING, *map(flow, range(200, 230)), ""]))
    stamped = [f"2026-03-04T10:15:0{number}.000Z {flow(230 + number)}" for number in range(5)]
    (folder / "export").write_text("\n".join(stamped))
    events = [{"id": str(number), "timestamp": 1, "message": flow(235 + number)} for number in range(3)]
    told = {"messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "g", "logStream": "s", "logEvents": events}
    (folder / "subscription.json").write_text(json.dumps(told) * 2)
    as_parquet(
        folder / "aws-account-id=1" / "year=2026" / "x.log.parquet", [flow(number) for number in range(300, 350)]
    )
    for source in list_sources():
        for number, text in enumerate(examples(source) if source != "aws/cloudtrail" else ()):
            (folder / f"{source.partition('/')[2]}-{number}").write_text(text + "\n")
    (folder / "s3-with-odd-line").write_text(examples("aws/s3access")[1] + "\nnot a line of it\n")
    (folder / "azure.json").write_text('{"operationName": "x", "resourceId": "y", "time": "2026-03-04T10:15:00Z"}')
    return folder


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Json, Path]:
    logs = write(tmp_path_factory.mktemp("mixed") / "logs")
    home = logs.parent / "home"
    return home, triage(home, logs, code=1), logs


def counted(home: Path) -> dict[str, Any]:
    sql = "SELECT metadata.log_name AS source, count(*) AS n, min(metadata.uid) AS uid FROM events GROUP BY 1"
    return {line["source"]: line for line in hunt(home, "--sql", sql)}


def test_every_source_is_told_by_content(mixed: tuple[Path, Json, Path]) -> None:
    home, told, _ = mixed
    found = counted(home)
    assert set(found) == set(list_sources())
    assert found["aws/vpcflow"]["n"] == 200 + 30 + 5 + 3 + 50 + len(load_source("aws/vpcflow").examples)
    assert [item["kind"] for item in told["inputs"]["rejected"]] == ["not_a_log"]
    assert "Azure" in told["inputs"]["rejected"][0]["reason"]


def test_the_sum_holds_over_all_sources(mixed: tuple[Path, Json, Path]) -> None:
    home, told, _ = mixed
    events = told["events"]
    assert sums(events), events
    assert sum(line["n"] for line in counted(home).values()) == events["stored"] + events["conflict"]
    assert [item["record"]["index"] for item in events["rejects"]] == [1], "the odd line among S3's"
    assert events["duplicate"] == 3 + 1, "the subscription's second document, and S3's example in two files"
    assert_intact(home)


def test_each_is_shown_with_its_own_names(mixed: tuple[Path, Json, Path]) -> None:
    home, _, _ = mixed
    for source, line in counted(home).items():
        found = show(home, line["uid"])
        assert found["ocsf"]["metadata"]["log_name"] == source
        assert found["raw"]
        assert found["told"]
    (row,) = hunt(
        home, "--where", "metadata.log_name = 'aws/vpcflow' and record.start is null and src_endpoint.port = 40301"
    )
    found = show(home, row["event"])
    assert found["raw"]["srcport"] == 40301
    assert found["record"] | {"sha256": "", "index": 0} == {
        "sha256": "", "member": None, "index": 0, "start": None, "end": None,
    }  # fmt: skip
    assert any("Parquet" in sentence for sentence in found["told"])


def test_rules_are_asked_of_the_sources_that_they_name(mixed: tuple[Path, Json, Path], tmp_path: Path) -> None:
    home, _, _ = mixed
    rule = tmp_path / "rule.yml"
    rule.write_text(
        "title: stopped\nid: 11111111-2222-4333-8444-555555555555\nlevel: low\n"
        "logsource: {product: aws, service: vpcflow}\n"
        "detection:\n  one: {action: reject, dstport: 443, bytes|gte: 100}\n  condition: one\n"
    )
    found = hunt(home, "--rule", rule)
    assert len(found) == sum(1 for number in [*range(238), *range(300, 350)] if number % 4 == 0 and number >= 100)
    told = jumpkit(home, "explain", "11111111-2222-4333-8444-555555555555", found[0]["event"], "--json", code=None)
    assert told.code in (0, 2)


def test_delivered_again_in_another_shape_it_is_known(mixed: tuple[Path, Json, Path], tmp_path: Path) -> None:
    home, told, _ = mixed
    again = tmp_path / "again"
    again.mkdir()
    (again / "as-exported").write_text("\n".join(f"2026-03-04T10:15:00.000Z {flow(number)}" for number in range(40)))
    later = triage(home, again, "--case", told["case"], code=None)
    assert later["events"] | {"rejects": 0} == {
        "in": 40, "stored": 0, "duplicate": 40, "conflict": 0, "rejected": 0, "rejects": 0,
    }  # fmt: skip


def test_a_window_counts_what_it_leaves_out(mixed: tuple[Path, Json, Path], tmp_path: Path) -> None:
    _, _, logs = mixed
    told = triage(tmp_path / "home", logs / "flows.txt", "--from", "2026-03-04T10:18:40Z")
    assert told["events"]["in"] == 30
    assert told["events"]["stored"] == 10
    assert told["events"]["outside"] == 20
