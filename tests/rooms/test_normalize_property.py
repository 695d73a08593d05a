"""Whatever the records and however they are laid out: places hold, counts add up, and nothing ever raises."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumpkit.model.artifact import Chunk
from jumpkit.model.batch import Batch
from jumpkit.model.event import Reject
from jumpkit.normalize import Reader, load_source

SOURCE = load_source("aws/cloudtrail")

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
FIELDS = sorted(SOURCE.known)
RECORD = st.fixed_dictionaries(
    {
        "eventName": st.sampled_from(["GetObject", "CreateUser", "AssumeRole", "ConsoleLogin"]),
        "eventSource": st.sampled_from(
            ["s3.amazonaws.com", "iam.amazonaws.com", "sts.amazonaws.com", "signin.amazonaws.com"]
        ),
        "eventTime": st.sampled_from(["2024-01-02T03:04:05Z", "2024-01-02T03:04:05.678+01:00", "1704164645"]),
    },
    optional={name: JSON for name in FIELDS if name not in ("eventName", "eventSource", "eventTime")} | {"else": JSON},
)
ANY = RECORD | JSON
LAYOUT = st.sampled_from([{"separators": (",", ":")}, {}, {"indent": 1}, {"indent": "\t"}, {"indent": 0}])


def read(data: bytes, cuts: tuple[int, ...] = ()) -> list[Any]:
    reader = Reader(SOURCE)
    found: list[Any] = []
    places = [0, *cuts, len(data)]
    for start, end in pairwise(places):
        found += reader.feed(Chunk("0" * 64, None, data[start:end], start, last=end == len(data)))
    found += reader.flush()
    for each in found:
        if isinstance(each, Batch):
            each.table.validate(full=True)
    return found


def addresses(found: list[Any]) -> list[tuple[int, int, int]]:
    told = [(each.record.index, each.record.start, each.record.end) for each in found if isinstance(each, Reject)]
    for batch in found:
        if isinstance(batch, Batch):
            told += [(row["index"], row["start"], row["end"]) for row in batch.table["record"].to_pylist()]
    return sorted(told)


def same(a: Any, b: Any) -> bool:
    return json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)


@settings(max_examples=150, deadline=None)
@given(st.lists(ANY, max_size=6), RECORD, LAYOUT, st.sampled_from(["records", "array", "lines"]))
def test_places_and_counts(others: list[Any], sure: dict[str, Any], layout: dict[str, Any], shape: str) -> None:
    records = [sure, *others]
    if shape == "lines":
        data = b"\n".join(json.dumps(each).encode() for each in records)
    else:
        whole = {"Records": records} if shape == "records" else records
        data = json.dumps(whole, ensure_ascii=False, **layout).encode()
    found = read(data)
    told = addresses(found)
    assert [index for index, _, _ in told] == list(range(len(told)))
    pieces = [json.loads(data[start:end]) for _, start, end in told]
    if not any((isinstance(each, str) and "{" in each) or isinstance(each, dict) for each in others):
        assert len(told) == len(records)
    assert same(pieces[0], sure)
    batches = [each for each in found if isinstance(each, Batch)]
    texts = [json.loads(record) for batch in batches for record in batch.records]
    assert all(any(same(text, each) for each in pieces) for text in texts if "eventTime" in text)
    assert sum(each.rows for each in batches) + sum(isinstance(each, Reject) for each in found) == len(told)


@settings(max_examples=100, deadline=None)
@given(st.lists(RECORD, min_size=1, max_size=8), LAYOUT, st.sampled_from(["records", "array"]))
def test_every_event_is_stored_whatever_else_it_holds(records: list[Any], layout: dict[str, Any], shape: str) -> None:
    data = json.dumps({"Records": records} if shape == "records" else records, **layout).encode()
    found = read(data)
    assert sum(each.rows for each in found if isinstance(each, Batch)) == len(records)
    told = addresses(found)
    assert all(same(json.loads(data[start:end]), each) for (_, start, end), each in zip(told, records, strict=True))


def whole(shape: str) -> bytes:
    rng = random.Random(7)  # noqa: S311 (the same damage in every run)
    records = [
        {
            "eventVersion": "1.08",
            "userIdentity": {"type": "IAMUser", "userName": f"u{n}"},
            "eventTime": f"2024-01-02T03:04:{n:02d}Z",
            "eventSource": "iam.amazonaws.com",
            "eventName": "CreateUser",
            "requestParameters": {"userName": "é" * rng.randint(0, 5), "deep": [[{"a": "}{"}]]},
            "eventID": f"id-{n}",
        }
        for n in range(12)
    ]
    made = {
        "compact": json.dumps({"Records": records}, separators=(",", ":"), ensure_ascii=False),
        "pretty": json.dumps({"Records": records}, indent=2),
        "lines": "\n".join(json.dumps(each, ensure_ascii=False) for each in records),
        "lookup": json.dumps({"Events": [{"CloudTrailEvent": json.dumps(each)} for each in records]}),
        "bus": "\n".join(json.dumps({"detail-type": "x", "detail": each}) for each in records),
        "csv": "Event name,Event time,Event source,Event ID\n" + '"Create\nUser",2024-01-02T03:04:05Z,iam,e\n' * 12,
    }[shape]
    return made.encode("utf-8")


@pytest.mark.parametrize("code", ["utf-8", "utf-16"])
@pytest.mark.parametrize("shape", ["compact", "pretty", "lines", "lookup", "bus", "csv"])
def test_no_damage_raises_and_none_is_silent(shape: str, code: str) -> None:
    rng = random.Random(f"{shape}{code}")  # noqa: S311 (the same damage in every run)
    clean = whole(shape).decode().encode(code)
    for _ in range(150):
        data = bytearray(clean)
        for _ in range(rng.choice([1, 1, 1, 3, 30])):
            at = rng.randrange(len(data))
            data[at] = rng.choice(b'{}[]",:\\\x00\xff 0aZ\n') if rng.random() < 0.8 else rng.randrange(256)
        if rng.random() < 0.5:
            del data[rng.randrange(len(data)) :]
        cut = rng.randrange(len(data) + 1)
        found = read(bytes(data), (cut,) if rng.random() < 0.3 and 0 < cut < len(data) else ())
        assert found or (shape == "csv" and b"Z" not in data)  # a heading alone is an empty log
        for _, start, end in addresses(found):
            assert 0 <= start <= end <= len(data)


@pytest.mark.parametrize("shape", ["compact", "lines", "pretty"])
def test_a_cut_anywhere_keeps_what_was_whole(shape: str) -> None:
    clean = whole(shape)
    ends = [end for _, _, end in addresses(read(clean))]
    for cut in range(0, len(clean), 41):
        stored = sum(each.rows for each in read(clean[:cut]) if isinstance(each, Batch))
        assert stored == sum(end <= cut for end in ends)
