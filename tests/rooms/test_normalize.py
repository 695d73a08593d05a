"""Every shape in which CloudTrail is handed over, made from a few events written by hand."""

from __future__ import annotations

import csv
import io
import json
from itertools import pairwise
from typing import Any

import pytest

from jumpkit.kit.errors import Unreadable
from jumpkit.model.artifact import Chunk, Rejected, Skipped
from jumpkit.model.batch import Batch
from jumpkit.model.event import Reject
from jumpkit.normalize import Reader, load_source, raw_event
from jumpkit.normalize.identity import principal

SOURCE = load_source("aws/cloudtrail")
SHA = "ab" * 32


def event(number: int = 0, **changes: Any) -> dict[str, Any]:
    made = {
        "eventVersion": "1.08",
        "userIdentity": {"type": "IAMUser", "principalId": "AIDA1", "accountId": "111122223333", "userName": "ána"},
        "eventTime": f"2024-01-02T03:04:{number % 60:02d}Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListBuckets",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "192.0.2.1",
        "userAgent": '[agent, {with} "brackets"]',
        "requestParameters": {"Host": "x", "list": [{"a": 1}, {"a": 2}]},
        "responseElements": None,
        "eventID": f"00000000-0000-4000-8000-{number:012d}",
        "eventType": "AwsApiCall",
        "recipientAccountId": "111122223333",
    }
    made.update(changes)
    return {key: value for key, value in made.items() if value is not ...}


EVENTS = [event(number) for number in range(3)]


def read(*datas: bytes, **chunk: Any) -> tuple[list[Batch], list[Any]]:
    reader = Reader(SOURCE)
    found: list[Any] = []
    for number, data in enumerate(datas):
        found += reader.feed(Chunk(f"{number:064x}", None, data, 0, last=True, **chunk))
    found += reader.flush()
    for each in found:
        if isinstance(each, Batch):
            each.table.validate(full=True)
    return [each for each in found if isinstance(each, Batch)], [each for each in found if not isinstance(each, Batch)]


def rows(batches: list[Batch]) -> list[dict[str, Any]]:
    return [row for batch in batches for row in batch.table.to_pylist()]


def check(data: bytes, expected: list[dict[str, Any]], head: bytes = b"") -> list[dict[str, Any]]:
    """Assert that the data holds these events, each at its place, and nothing else."""
    batches, others = read(data)
    assert not others
    told = rows(batches)
    assert [row["metadata"]["uid"] for row in told] == [each["eventID"] for each in expected]
    assert [row["record"]["index"] for row in told] == list(range(len(expected)))
    for row, record, each in zip(told, [r for b in batches for r in b.records], expected, strict=True):
        own = data[row["record"]["start"] : row["record"]["end"]]
        assert raw_event(own, SOURCE, head=head) == each
        assert json.loads(record) == each
        assert row["api"]["operation"] == each["eventName"]
    return told


def text(value: Any, **how: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, **how).encode()


SHAPES = {
    "records compact": text({"Records": EVENTS}, separators=(",", ":")),
    "records spaced": text({"Records": EVENTS}),
    "records pretty": text({"Records": EVENTS}, indent=2),
    "records among others": text({"x": {"Records": [1]}, "Records": EVENTS, "z": [2]}, indent="\t"),
    "array": text(EVENTS),
    "array pretty": text(EVENTS, indent=4),
    "lines": b"\n".join(text(each) for each in EVENTS),
    "lines with blanks": b"\n\r\n" + b"\r\n  ".join(text(each) for each in EVENTS) + b"\r\n\n",
    "values in a row": b"".join(text(each, indent=1) for each in EVENTS),
    "documents in a row": b"".join(text({"Records": [each]}) for each in EVENTS),
    "document a line": b"\n".join(text({"Records": [each]}) for each in EVENTS),
    "event bus": b"\n".join(
        text({"detail-type": "AWS API Call via CloudTrail", "detail": each, "source": "aws.s3"}) for each in EVENTS
    ),
    "lookup": text({"Events": [{"EventId": "i", "CloudTrailEvent": text(each).decode()} for each in EVENTS]}, indent=2),
    "lookup query": text([text(each).decode() for each in EVENTS]),
    "log group": text({"owner": "1", "logEvents": [{"id": "1", "message": text(each).decode()} for each in EVENTS]}),
    "mark in front": b"\xef\xbb\xbf" + text({"Records": EVENTS}),
    "wide": json.dumps({"Records": EVENTS}, ensure_ascii=False, indent=1).encode("utf-16"),
    "lookup wide": json.dumps({"Events": [{"CloudTrailEvent": json.dumps(each)} for each in EVENTS]}).encode("utf-16"),
    "wide, other end, no mark": json.dumps(EVENTS, ensure_ascii=False).encode("utf-16-be"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shape(shape: str) -> None:
    check(SHAPES[shape], EVENTS)


def test_a_single_event_pretty_printed() -> None:
    check(b"  " + text(EVENTS[0], indent=2) + b"\n", EVENTS[:1])


def test_an_export_with_another_name_for_the_time() -> None:
    exported = [
        event(n, eventTime=..., **{"@timestamp": "2024-01-02T03:04:05.000Z", "@version": "1"}) for n in range(3)
    ]
    expected = [{**each, "eventTime": each["@timestamp"]} for each in exported]
    told = check(b"\n".join(map(text, exported)), expected)
    assert {row["time"] for row in told} == {1704164645000}


CSV_HEADS = ["User name", "AWS access key", "Event time", "Event source", "Event name", "AWS region"]
CSV_HEADS += [
    "Source IP address",
    "Error code",
    "Resource type",
    "Resource name",
    "Request ID",
    "Event ID",
    "Read-only",
]


def test_event_history_as_csv() -> None:
    cells = [
        ["ana", "AKIA1", "2024-01-02T03:04:05Z", "s3.amazonaws.com", "GetObject", "us-east-1"],
        ["b,ob", "", "January 2, 2024, 04:04:05 (UTC+01:00)", "iam.amazonaws.com", "CreateUser", "us-east-1"],
    ]
    cells[0] += ["192.0.2.1", "", "AWS::S3::Bucket", 'two\nlines "quoted"', "r1", "e1", "true"]
    cells[1] += ["192.0.2.2", "AccessDenied", "", "", "r2", "e2", "false"]
    out = io.StringIO()
    csv.writer(out).writerows([CSV_HEADS, *cells])
    data = out.getvalue().encode()
    batches, others = read(data)
    assert not others
    told = rows(batches)
    assert [row["metadata"]["uid"] for row in told] == ["e1", "e2"]
    assert {row["time"] for row in told} == {1704164645000}
    assert [row["is_read"] for row in told] == [True, False]
    assert [row["status"] for row in told] == ["Success", "Failure"]
    for row, name in zip(told, ("ana", "b,ob"), strict=True):
        own = data[row["record"]["start"] : row["record"]["end"]]
        assert raw_event(own, SOURCE, head=data)["userIdentity"]["userName"] == name
        assert raw_event(own, SOURCE)["row"][0] == name
    assert json.loads(batches[0].records[0])["resources"][0]["ARN"] == 'two\nlines "quoted"'


def test_csv_rows_that_do_not_fit_are_refused() -> None:
    head = b"Event name,Event time,Event source,Event ID\n"
    good = b"GetObject,2024-01-02T03:04:05Z,s3.amazonaws.com,e1\n"
    batches, others = read(head + good + b"too,few\n" + good.replace(b"e1", b"e2") + b'"never closed\n' + good)
    assert [row["metadata"]["uid"] for row in rows(batches)] == ["e1", "e2", "e1"]
    assert [each.record.index for each in others] == [1, 3]


def test_flattened_export_is_unsupported() -> None:
    data = b'eventversion,useridentity,eventtime,eventsource,eventname\n1.08,"{type=IAMUser, arn=x}",t,s3,Get\n'
    batches, (refused,) = read(data)
    assert not batches
    assert isinstance(refused, Rejected)
    assert refused.kind == "unsupported"
    assert "cannot be turned back" in refused.reason


def test_digest_is_skipped_by_name() -> None:
    batches, (skipped,) = read(text({"digestS3Object": "x", "logFiles": [], "previousDigestSignature": None}))
    assert not batches
    assert isinstance(skipped, Skipped)
    assert "digest" in skipped.reason


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (text([{"operationName": "x", "resourceId": "y", "time": "2024-01-02T03:04:05Z"}]), "not_a_log"),
        (text({"protoPayload": {}, "insertId": "1", "logName": "n"}), "not_a_log"),
        (text({"Records": [event(0, eventSource="aws:s3", s3={})]}), "reject"),
        (text({"eventName": "A", "eventSource": "b", "description": "what it is"}), "skipped"),
        (text({"name": "package"}), "skipped"),
        (b"2024-01-02 03:04:05 something happened\n", "not_a_log"),
        (b"Permission is hereby granted\n", "skipped"),
        (b"", "skipped"),
        (b"\x00\x01\x02", "skipped"),
        (b"{not json at all", "not_a_log"),
    ],
)
def test_what_is_no_cloudtrail(data: bytes, kind: str) -> None:
    batches, (told,) = read(data)
    assert not batches
    assert kind == (told.kind if isinstance(told, Rejected) else type(told).__name__.lower())


@pytest.mark.parametrize("shape", ["records compact", "records pretty", "array", "lines"])
def test_cut_short(shape: str) -> None:
    whole = SHAPES[shape]
    data = whole[: whole.index(b"000000000002") + 20]
    batches, others = read(data)
    assert len(rows(batches)) == 2
    refused, rejected = others
    assert isinstance(refused, Reject)
    assert refused.record.index == 2
    assert data[refused.record.start : refused.record.end].startswith(b"{")
    assert refused.record.end == len(data)
    assert rejected.kind == "truncated"
    assert "2 whole records" in rejected.reason


def test_cut_short_before_it_was_sealed() -> None:
    _, others = read(SHAPES["lines"], truncated="the gzip stream ends early")
    assert [each.kind for each in others] == ["truncated"]
    assert "3 whole records" in others[0].reason


def test_damage_costs_one_record() -> None:
    for shape in ("records compact", "records pretty", "array", "lines"):
        data = SHAPES[shape].replace(b'"eventID"', b'"eventID', 2).replace(b'"eventID', b'"eventID"', 1)
        batches, others = read(data)
        assert len(rows(batches)) == 2, shape
        assert [each.record.index for each in others] == [1], shape


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"eventName": ...}, "no eventName"),
        ({"eventSource": ""}, "no eventSource"),
        ({"eventName": {"a": 1}}, "no eventName"),
        ({"eventTime": ...}, "no eventTime"),
        ({"eventTime": "yesterday"}, "no time that can be read"),
        ({"eventTime": []}, "no time that can be read"),
    ],
)
def test_what_an_event_needs(changes: dict[str, Any], reason: str) -> None:
    batches, (refused,) = read(text({"Records": [event(0), event(1, **changes), event(2)]}))
    assert [row["record"]["index"] for row in rows(batches)] == [0, 2]
    assert (refused.record.index, refused.reason) == (1, reason)


@pytest.mark.parametrize("value", [None, 7, "text", [], {}, [{"a": [None]}], True, 1e99])
@pytest.mark.parametrize("name", [*EVENTS[0], "tlsDetails", "resources", "unheard of", "sharedEventID", "readOnly"])
def test_no_type_is_lost(name: str, value: Any) -> None:
    """A value of any type in any field leaves the event whole or refuses it; its neighbours stay."""
    odd = event(1, **{name: value})
    batches, others = read(text({"Records": [event(0), odd, event(2)]}))
    told = rows(batches)
    assert len(told) + len(others) == 3
    if others:
        assert name in ("eventName", "eventSource", "eventTime")
        return
    assert json.loads([r for b in batches for r in b.records][1]) == odd
    assert (told[1]["metadata"]["original_event_uid"] or told[1]["metadata"]["uid"]).strip()


@pytest.mark.parametrize(
    "piece",
    [
        b'{"a":' * 3000 + b"1" + b"}" * 3000,
        b'"\\ud800 lone"',
        b'"\xff\xfe not utf-8"',
        b'"nul \\u0000 and \x00"',
        b"NaN",
        b"1" * 400,
        b"1e999",
        b'{"k":1,"k":2}',
        b"[" * 100_000,
    ],
)
def test_hostile_json(piece: bytes) -> None:
    record = text(event(1)).replace(b'"Host": "x"', b'"Host": ' + piece)
    data = b'{"Records":[' + b",".join([text(event(0)), record, text(event(2))]) + b"]}"
    batches, others = read(data)
    ids = [row["metadata"]["uid"][-1] for row in rows(batches)]
    assert {"0", "2"} <= set(ids)
    assert len(ids) + sum(isinstance(each, Reject) for each in others) == 3


def test_fields_that_nobody_documented_are_kept() -> None:
    data = text({"Records": [event(n, **{f"new{n % 50}": n}) for n in range(200)]})
    batches, others = read(data)
    assert not others
    for number, row in enumerate(rows(batches)):
        assert json.loads(row["unmapped"]) == {"eventVersion": "1.08", f"new{number % 50}": number}


def test_columns_agree_with_the_records() -> None:
    made = [
        event(n, errorCode="E" if n % 3 else None, readOnly=bool(n % 2), tlsDetails={"v": n % 4}) for n in range(50)
    ]
    batches, _ = read(text({"Records": made}), text(made[:5]))
    for batch in batches:
        assert batch.rows == 55
        for row, record in enumerate(batch.records):
            told = json.loads(record)
            for name, column in batch.columns.items():
                code = column.codes[row]
                assert (None if code < 0 else column.values[code]) == told.get(name), name


def test_codes_keep_their_meaning_within_an_epoch() -> None:
    reader = Reader(SOURCE)
    batches: list[Any] = []
    for part in range(4):
        made = [event(n, userAgent=f"{part}-{n}", tlsDetails={"of": f"{part}-{n}"}) for n in range(9000)]
        batches += reader.feed(Chunk(f"{part:064x}", None, text({"Records": made}), 0, last=True))
    batches += reader.flush()
    assert sum(batch.rows for batch in batches) == 36_000
    assert len({batch.columns["tlsDetails"].epoch for batch in batches}) > 1
    for batch in batches:
        told = batch.columns["tlsDetails"]
        assert told.values[told.codes[-1]] == json.loads(batch.records[-1])["tlsDetails"]
        column = batch.columns["userAgent"]
        assert column.values[column.codes[-1]] == json.loads(batch.records[-1])["userAgent"]
        assert batch.table["http_request"][batch.rows - 1].as_py()["user_agent"] == column.values[column.codes[-1]]


def test_lines_in_several_chunks() -> None:
    data = SHAPES["lines"] + b"\n"
    reader = Reader(SOURCE)
    found: list[Any] = []
    cuts = [0, data.index(b"\n") + 1, data.index(b"\n") + 40, len(data)]
    for start, end in pairwise(cuts):
        found += reader.feed(Chunk(SHA, "a/b.json", data[start:end], start, last=end == len(data)))
    (batch,) = [*found, *reader.flush()]
    told = batch.table.to_pylist()
    assert [row["record"]["index"] for row in told] == [0, 1, 2]
    assert {row["record"]["member"] for row in told} == {"a/b.json"}
    assert [json.loads(data[row["record"]["start"] : row["record"]["end"]]) for row in told] == EVENTS


def test_a_document_in_several_chunks() -> None:
    data = SHAPES["records pretty"]
    reader = Reader(SOURCE)
    found = list(reader.feed(Chunk(SHA, None, data[:500], 0, last=False)))
    found += reader.feed(Chunk(SHA, None, data[500:], 500, last=True))
    (batch,) = [*found, *reader.flush()]
    told = batch.table.to_pylist()
    assert [json.loads(data[row["record"]["start"] : row["record"]["end"]]) for row in told] == EVENTS


def test_events_without_an_id_get_one_from_their_bytes() -> None:
    data = text([event(1, eventID=...), event(2, eventID=...), event(1, eventID=...)])
    batches, _ = read(data)
    first, second, again = rows(batches)
    assert first["metadata"]["uid"] == again["metadata"]["uid"] != second["metadata"]["uid"]
    assert first["metadata"]["uid"].startswith("x-")
    assert first["metadata"]["original_event_uid"] is None


def test_bytes_that_hold_no_event_are_unreadable() -> None:
    for data in (b"", b"{}", b'{"eventName": 1}', b"one cell"):
        with pytest.raises(Unreadable):
            raw_event(data, SOURCE)


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        (None, (None, None, None, None)),
        ({"type": "Root", "accountId": "1", "arn": "arn:aws:iam::1:root"}, ("aws:1:root", "root", None, "root")),
        (
            {"accountId": "1", "invokedBy": "x.amazonaws.com"},
            ("service:x.amazonaws.com", "x.amazonaws.com", None, "service"),
        ),
        ({"type": "AWSAccount", "accountId": "1"}, ("aws:1:unknown", "1", None, "account")),
        ({"type": "AWSAccount", "accountId": "1", "principalId": "AROA:s"}, ("aws:1:AROA", "1", "s", "account")),
        (
            {"type": "Unknown", "principalId": "AROA:u", "accountId": "1", "arn": "arn:aws-cn:sts::1:assumed-role/r/s"},
            ("aws-cn:1:AROA", "r", "s", "role"),
        ),
        (
            {
                "type": "FederatedUser",
                "principalId": "1:bo",
                "accountId": "1",
                "arn": "arn:aws:sts::1:federated-user/bo",
            },
            ("aws:1:federated-user/bo", "bo", None, "federated"),
        ),
        (
            {"type": "WebIdentityUser", "principalId": "accounts.google.com:app:u", "userName": "u"},
            ("aws::accounts.google.com:app:u", "u", None, "federated"),
        ),
        (
            {"type": "IdentityCenterUser", "accountId": "1", "onBehalfOf": {"userId": "9-a"}},
            ("aws:1:9-a", None, None, "federated"),
        ),
        ({"type": 5, "arn": [], "sessionContext": "x"}, (None, None, None, None)),
    ],
)
def test_principal(identity: Any, expected: tuple[str | None, ...]) -> None:
    assert tuple(principal(identity)) == expected
