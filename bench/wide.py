"""Make a workspace whose one case holds N made-up events, by writing the lake's segments directly.

    .venv/bin/python bench/wide.py [--events 20000000] [--work build/bench]

Same arguments, same rows. What repeats in real logs repeats here as unevenly: some principals, addresses and buckets
make up most of it, most are seen a few times. A workspace that is whole is left as it is.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from jumpkit.app.settings import settle
from jumpkit.app.workspace import Opening, writing
from jumpkit.coordinate.case import open_case
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import open_log, vouch
from jumpkit.store.files import file_digest
from jumpkit.store.lake.schema import EVENT
from jumpkit.store.lake.write import GROUP_ROWS, SegmentWriter

ROOT = Path(__file__).resolve().parents[1]
EVENTS = 20_000_000
PER_SEGMENT = 250_000
BEGIN = 1_767_225_600_000  # 2026-01-01T00:00:00Z
SPREAD = 90 * 86_400_000
ACCOUNTS, USERS, SESSIONS, ADDRESSES, BUCKETS, AGENTS = 12, 1_500, 60_000, 200_000, 3_000, 1_200
CALLS = (
    ("s3", "GetObject"), ("s3", "PutObject"), ("s3", "ListObjects"), ("s3", "DeleteObject"), ("sts", "AssumeRole"),
    ("ec2", "DescribeInstances"), ("ec2", "RunInstances"), ("kms", "Decrypt"), ("kms", "GenerateDataKey"),
    ("lambda", "Invoke20150331"), ("iam", "ListUsers"), ("iam", "CreateAccessKey"), ("logs", "CreateLogStream"),
    ("secretsmanager", "GetSecretValue"), ("ssm", "GetParameter"), ("cloudtrail", "LookupEvents"),
)  # fmt: skip
REGIONS = ("eu-central-1", "us-east-1", "eu-west-1", "us-west-2", "ap-south-1")


@dataclass(frozen=True, slots=True)
class Made:
    """A finished segment: its row of the book."""

    row: dict[str, Any]


def address(number: int) -> str:
    """Return the corpus's address of this number; all are public ones."""
    return f"{52 + number // 65_536}.{number // 256 % 256}.{number % 256}.{7 + number % 200}"


def key(number: int) -> str:
    """Return the corpus's session key of this number."""
    return f"ASIA{number:016d}"


def user(number: int) -> str:
    """Return the corpus's user id of this number."""
    return f"AIDA{number:017d}"


def bucket(number: int) -> str:
    """Return the corpus's bucket of this number."""
    return f"estate-data-{number:05d}"


def _hex(rng: np.random.Generator, rows: int, letters: int) -> pa.StringArray:
    """Return random hex texts, made without a Python object a row."""
    digits = np.frombuffer(b"0123456789abcdef", np.uint8)[rng.integers(0, 16, rows * letters, np.uint8)]
    offsets = np.arange(0, (rows + 1) * letters, letters, dtype=np.int32)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(digits))


def _uneven(rng: np.random.Generator, rows: int, of: int) -> np.ndarray[Any, np.dtype[np.int32]]:
    """Return numbers below `of`, low ones far more often."""
    return (of * rng.random(rows) ** 3).astype(np.int32)


def _coded(numbers: np.ndarray[Any, Any], values: list[str]) -> pa.DictionaryArray:
    """Return texts as a dictionary of only those that occur, as batches have them."""
    used, codes = np.unique(numbers, return_inverse=True)
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array([values[n] for n in used], pa.string()))


def _names() -> dict[str, list[str]]:
    roles = [
        f"arn:aws:sts::{100000000000 + n % ACCOUNTS}:assumed-role/role-{n % 400}/work-{n}" for n in range(SESSIONS)
    ]
    return {
        "address": [address(n) for n in range(ADDRESSES)],
        "key": [key(n) for n in range(SESSIONS)],
        "arn": roles,
        "user": [user(n) for n in range(USERS)],
        "uid": [f"aws:{100000000000 + n % ACCOUNTS}:{user(n)}" for n in range(USERS)],
        "name": [f"user-{n}" for n in range(USERS)],
        "agent": [f"tool/{n % 40}.{n // 40} python/3.{n % 9}" for n in range(AGENTS)],
        "account": [str(100000000000 + n) for n in range(ACCOUNTS)],
        "region": list(REGIONS),
        "operation": [operation for _, operation in CALLS],
        "service": [f"{service}.amazonaws.com" for service, _ in CALLS],
    }


def _requests(rng: np.random.Generator, calls: np.ndarray[Any, Any]) -> pa.Array:
    """Return the requests of some calls: buckets with objects, instances with images, plain ones."""
    rows = len(calls)
    buckets, things = _uneven(rng, rows, BUCKETS), rng.integers(0, 1 << 40, rows)
    texts: list[str | None] = []
    for call, number, thing in zip(calls.tolist(), buckets.tolist(), things.tolist(), strict=True):
        service, operation = CALLS[call]
        if service == "s3":
            texts.append(
                f'{{"bucketName":"{bucket(number)}","Host":"{bucket(number)}.s3.eu-central-1.amazonaws.com",'
                f'"key":"in/{thing:012x}/part.parquet","x-amz-checksum-mode":"ENABLED"}}'
            )
        elif operation == "RunInstances":
            texts.append(
                f'{{"instancesSet":{{"items":[{{"imageId":"ami-{thing:017x}","minCount":1,"maxCount":1}}]}},'
                '"instanceType":"m7i.large","clientToken":"c"}'
            )
        elif operation == "AssumeRole":
            texts.append(
                f'{{"roleArn":"arn:aws:iam::{100000000000 + number % ACCOUNTS}:role/role-{number % 400}",'
                f'"roleSessionName":"work-{number}","durationSeconds":3600}}'
            )
        else:
            texts.append(f'{{"name":"thing-{thing:012x}","maxResults":100}}')
    return pa.array(texts, pa.string())


def _build(field: pa.Field, prefix: str, columns: dict[str, pa.Array], rows: int) -> pa.Array:
    """Return one column of the schema from what was made for it, nulls elsewhere."""
    name = f"{prefix}{field.name}"
    if name in columns:
        return columns[name].cast(field.type)
    if pa.types.is_struct(field.type):
        parts = [_build(child, f"{name}.", columns, rows) for child in field.type]
        return pa.StructArray.from_arrays(parts, fields=list(field.type))
    return pa.nulls(rows, field.type)


def group(rng: np.random.Generator, begin: int, end: int, names: dict[str, list[str]]) -> pa.Table:
    """Return one row group of events between two moments (ms)."""
    rows = GROUP_ROWS
    call = np.minimum(_uneven(rng, rows, len(CALLS)), len(CALLS) - 1)
    session, person = _uneven(rng, rows, SESSIONS), _uneven(rng, rows, USERS)
    times = np.sort(rng.integers(begin, end, rows))
    failed = rng.random(rows) < 0.03  # noqa: PLR2004 - the share of calls that fail
    one = np.zeros(rows, np.int32)
    columns: dict[str, pa.Array] = {
        "metadata.uid": _hex(rng, rows, 32),
        "metadata.log_name": _coded(one, ["aws/cloudtrail"]),
        "time": pa.array(times),
        "time_dt": pa.array(times, pa.timestamp("ms", tz="UTC")),
        "class_uid": pa.array(np.full(rows, 6003, np.int32)),
        "status": _coded(failed.astype(np.int32), ["Success", "Failure"]),
        "status_code": pa.array(np.where(failed, "AccessDenied", None)).cast(pa.string()).dictionary_encode(),
        "is_read": pa.array(rng.random(rows) < 0.8),  # noqa: PLR2004 - the share of calls that read
        "api.operation": _coded(call, names["operation"]),
        "api.service.name": _coded(call, names["service"]),
        "api.request.uid": _hex(rng, rows, 32),
        "api.request.data": _requests(rng, call),
        "actor.user.uid": _coded(person, names["user"]),
        "actor.user.name": _coded(person, names["name"]),
        "actor.user.type": _coded(one, ["AssumedRole"]),
        "actor.user.uid_alt": _coded(session, names["arn"]),
        "actor.user.credential_uid": _coded(session, names["key"]),
        "actor.session.uid": _coded(session, names["key"]),
        "src_endpoint.ip": _coded(_uneven(rng, rows, ADDRESSES), names["address"]),
        "http_request.user_agent": _coded(_uneven(rng, rows, AGENTS), names["agent"]),
        "cloud.account.uid": _coded(person % ACCOUNTS, names["account"]),
        "cloud.region": _coded(_uneven(rng, rows, len(REGIONS)), names["region"]),
        "principal.uid": _coded(person, names["uid"]),
        "principal.name": _coded(person, names["name"]),
        "principal.kind": _coded(one, ["user"]),
        "record.sha256": _coded(one, ["0" * 64]),
        "record.index": pa.array(np.arange(rows, dtype=np.int32)),
        "conflict": pa.array(np.zeros(rows, np.bool_)),
    }
    return pa.Table.from_arrays([_build(field, "", columns, rows) for field in EVENT], schema=EVENT)


def segment(number: int, home: Path, case: str, events: int) -> Made:
    """Write the segment of this number and return its row of the book."""
    rng = np.random.default_rng(number)
    names = _names()
    path = Path("lake") / case / f"{number:06d}-bench.parquet"
    first = number * PER_SEGMENT
    rows = min(PER_SEGMENT, events - first)
    step = SPREAD * GROUP_ROWS // events
    with SegmentWriter(home / path, EVENT) as writer:
        for done in range(0, rows, GROUP_ROWS):
            begin = BEGIN + (first + done) * SPREAD // events
            writer.append(group(rng, begin, begin + step + 1, names).slice(0, rows - done))
        written = writer.close()
    row = {"case": case, "segment": f"{number:06d}-bench", "path": path.as_posix(), "sha256": file_digest(home / path)}
    row |= {"size": (home / path).stat().st_size, "events": rows, "first_ms": written.since, "last_ms": written.until}
    return Made(row | {"accounts": json.dumps(written.accounts), "run": "bench"})


def opening(home: Path) -> Opening:
    """Return how the bench opens its workspace."""
    return Opening(home, lambda: datetime.now(UTC), "bench", settle(home, {}))


def make(work: Path, events: int = EVENTS) -> tuple[Path, str]:
    """Return a workspace with so many events, and its case; made if it is not there."""
    home = work / f"wide-{events}"
    done = home / "config.toml"
    if done.exists():
        return home, done.read_text("utf-8").partition("# case ")[2].strip()
    shutil.rmtree(home, ignore_errors=True)
    begun = time.perf_counter()
    with writing(opening(home)) as desk:
        with recording(desk.book, key_of(home), desk.clock, "bench") as pen:
            row = open_case(pen.tx, "Made-up events", desk.clock)
            open_log(pen, row)
        case = str(row["case"])
        with ProcessPoolExecutor(2) as pool:
            numbers = range(-(-events // PER_SEGMENT))
            made = list(pool.map(partial(segment, home=home, case=case, events=events), numbers))
        with recording(desk.book, key_of(home), desk.clock, "bench") as pen:
            vouch(pen, case, "segment", [each.row for each in made])
    done.write_text(f"# case {case}\n", "utf-8")
    print(f"{events:,} events in {time.perf_counter() - begun:.0f} s")
    return home, case


def main() -> None:
    """Make the workspace that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench")
    asked = parser.parse_args()
    print(*make(asked.work, asked.events))


if __name__ == "__main__":
    main()
