"""What is added up of identities while events are read is what the lake says of them afterwards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from jumpkit.investigate import SUMS, identity_sums
from jumpkit.investigate.identity import identities
from jumpkit.model.artifact import Chunk
from jumpkit.model.batch import Batch
from jumpkit.normalize import Reader, load_source
from jumpkit.store.lake.read import open_lake
from jumpkit.store.lake.schema import EVENT
from jumpkit.store.lake.write import SegmentWriter

if TYPE_CHECKING:
    from pathlib import Path


def who(**said: Any) -> dict[str, Any]:
    return {"type": "AssumedRole", "principalId": "AROA1:one", "accountId": "111122223333", **said}


USER = {"type": "IAMUser", "principalId": "AIDA1", "accountId": "111122223333", "accessKeyId": "AKIA1"}
ODD: list[dict[str, Any]] = [
    {"userIdentity": who(arn="arn:b", accessKeyId="ASIA1"), "userAgent": "aws exec-env/AWS_Lambda_python3.9"},
    {"userIdentity": who(arn="arn:a", accessKeyId="ASIA1"), "userAgent": "aws exec-env/AWS_ECS_FARGATE"},
    {"userIdentity": who(accessKeyId="ASIA1"), "errorCode": "AccessDenied", "eventTime": "2023-01-02T03:04:05Z"},
    {"userIdentity": who(accessKeyId=""), "userAgent": "Mozilla/5.0"},
    {"userIdentity": USER, "errorCode": "NoSuchKey", "userAgent": ""},
    {"userIdentity": USER | {"userName": "zoë"}, "eventName": "ConsoleLogin"},
    {"userIdentity": USER | {"userName": "änne"}, "userAgent": "exec-env/AWS_Batch"},
    {"userIdentity": None, "userAgent": None},
    {"userIdentity": {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}},
    {"userIdentity": who(accessKeyId="ASIA2", sessionContext={"sessionIssuer": {"arn": "arn:i", "userName": "role"}})},
]


def batches(*texts: bytes) -> list[pa.Table]:
    reader = Reader(load_source("aws/cloudtrail"))
    found: list[Any] = []
    for number, text in enumerate(texts):
        found += reader.feed(Chunk(f"{number:064x}", None, text, 0, last=True))
        found += reader.flush()
    return [each.table for each in found if isinstance(each, Batch)]


def hand_made() -> list[pa.Table]:
    made = [
        {
            "eventVersion": "1.08", "eventTime": f"2024-01-02T03:{number % 60:02d}:00Z", "eventName": "ListBuckets",
            "eventSource": "s3.amazonaws.com", "userAgent": "agent", "eventID": f"e{number}", **ODD[number % len(ODD)],
        }
        for number in range(40)
    ]  # fmt: skip
    return batches(*(json.dumps({"Records": made[at : at + 8]}).encode() for at in range(0, len(made), 8)))


def both(folder: Path, tables: list[pa.Table]) -> tuple[list[Any], list[Any]]:
    writer = SegmentWriter(folder / "a.parquet", EVENT)
    for table in tables:
        writer.append(table)
    with open_lake(folder, "case", [writer.close()]) as lake:
        asked = identities(lake)
        lake.remembered[SUMS] = pa.concat_tables(identity_sums(table) for table in tables)
        return asked, identities(lake)


def test_odd_identities_are_summed_as_the_lake_does(tmp_path: Path) -> None:
    asked, summed = both(tmp_path, hand_made())
    assert summed == asked
    assert {each.workload for each in asked} == {None, "lambda"}
    assert sum(each.events for each in asked) == 40


def test_real_identities_are_summed_as_the_lake_does(tmp_path: Path, data_dir: Path) -> None:
    files = sorted((data_dir / "invictus-aws" / "CloudTrail").glob("*.json"))[:12]
    asked, summed = both(tmp_path, batches(*(file.read_bytes() for file in files)))
    assert summed == asked
    assert len(asked) > 3


def test_an_empty_batch_has_no_identities() -> None:
    assert identity_sums(EVENT.empty_table()).num_rows == 0
