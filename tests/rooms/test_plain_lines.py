"""Sources that are lines: whatever shape they come in, places hold and counts add up."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jumpkit.model.artifact import Chunk, Rejected, Skipped
from jumpkit.model.batch import Batch
from jumpkit.model.event import Reject
from jumpkit.normalize import Readers, load_source, raw_event, raw_row

FLOW = "2 123456789010 eni-{0:08x} 172.31.16.139 10.0.{0}.21 20641 22 6 20 4249 {1} {2} ACCEPT OK"
HEADING = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)
ASKED = 'b [06/Feb/2019:00:00:38 +0000] 192.0.2.3 - R REST.GET.OBJECT {} "GET /k HTTP/1.1" 200 - 1 1 1 1 "{}" "{}" -'
OWNER = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"


def flow(number: int) -> str:
    return FLOW.format(number, 1418530010 + number, 1418530070 + number)


def read(data: bytes, *, cuts: tuple[int, ...] = (), truncated: str | None = None) -> list[Any]:
    """Read one member, cut into chunks at these places."""
    readers, found = Readers(), []
    bounds = [0, *cuts, len(data)]
    for start, end in pairwise(bounds):
        last = end == len(data)
        chunk = Chunk("a" * 64, None, data[start:end], start, last=last, truncated=truncated if last else None)
        found += list(readers.feed(chunk))
    return found + list(readers.flush())


def rows(found: list[Any]) -> list[dict[str, Any]]:
    return [row for each in found if isinstance(each, Batch) for row in each.table.to_pylist()]


def refused(found: list[Any]) -> list[Any]:
    return [each for each in found if not isinstance(each, Batch)]


def ends_of(found: list[Any], data: bytes) -> list[bytes]:
    return [data[row["record"]["start"] : row["record"]["end"]] for row in rows(found)]


LINES = [flow(number) for number in range(5)]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(LINES),
        "\n".join([HEADING, *LINES, ""]),
        "\r\n".join([HEADING, *LINES, ""]),
        "\ufeff" + "\n".join([HEADING, *LINES]),
        "\n".join([HEADING, "", *LINES[:2], HEADING, *LINES[2:], "", ""]),
        "\n".join(f"2014-12-14T04:06:5{number}.000Z {line}" for number, line in enumerate(LINES)),
    ],
    ids=["bare", "heading", "crlf", "bom", "joined", "cloudwatch"],
)
def test_flows_of_any_shape_are_the_same_events(text: str) -> None:
    data = text.encode()
    found = read(data)
    assert refused(found) == []
    assert ends_of(found, data) == [line.encode() for line in LINES]
    assert [row["dst_endpoint"]["ip"] for row in rows(found)] == [f"10.0.{number}.21" for number in range(5)]
    assert [row["metadata"]["uid"] for row in rows(found)] == [row["metadata"]["uid"] for row in rows(read(LINES_DATA))]
    for row, line in zip(rows(found), LINES, strict=True):
        start, end = row["record"]["start"], row["record"]["end"]
        event = raw_event(data[start:end], load_source("aws/vpcflow"), head=data)
        assert event["interface-id"] == line.split()[2]
        assert event["start"] * 1000 == row["time"] == row["start_time"]


LINES_DATA = "\n".join(LINES).encode()


def test_chunks_that_end_at_lines_change_nothing() -> None:
    data = "\n".join([HEADING, *LINES, ""]).encode()
    cuts = tuple(place + 1 for place, letter in enumerate(data) if letter == ord("\n"))[:-1]
    whole, parts = read(data), read(data, cuts=cuts)
    assert rows(whole) == rows(parts)
    assert [row["record"]["index"] for row in rows(parts)] == list(range(5))


def test_fields_go_by_their_heading() -> None:
    names = HEADING.split()
    turned = "\n".join([" ".join(reversed(names)), *(" ".join(reversed(line.split())) for line in LINES)])
    plain = [row | {"metadata": None, "record": None} for row in rows(read(LINES_DATA))]
    other = [row | {"metadata": None, "record": None} for row in rows(read(turned.encode()))]
    assert plain == other


def test_a_field_that_is_new_is_kept() -> None:
    data = f"{HEADING} novel-field\n{LINES[0]} novel\n".encode()
    (row,) = rows(read(data))
    assert msgspec.json.decode(row["unmapped"])["novel-field"] == "novel"


def test_what_is_no_record_is_refused_by_its_place() -> None:
    data = "\n".join([HEADING, LINES[0], "few fields", f"{LINES[1]} more", LINES[2].replace("14185", "x")]).encode()
    found = read(data)
    assert len(rows(found)) == 1
    assert [data[each.record.start : each.record.end].split()[0] for each in refused(found)] == [b"few", b"2", b"2"]
    assert sorted(each.record.index for each in refused(found)) == [1, 2, 3]
    assert all(isinstance(each, Reject) and each.reason for each in refused(found))


def test_a_log_that_ends_early_keeps_its_whole_lines() -> None:
    data = "\n".join([HEADING, *LINES])[:-7].encode()
    found = read(data, truncated="the gzip data end early")
    assert len(rows(found)) == 4
    kinds = [each.kind for each in refused(found) if isinstance(each, Rejected)]
    assert kinds == ["truncated"]
    assert [each.reason for each in refused(found) if isinstance(each, Reject)] == ["cut short"]


def test_flows_whose_fields_nothing_names_are_refused_by_name() -> None:
    (told,) = refused(read(b"eni-0a1b2c3d4e5f60718 10.0.0.1 443 1418530010 ACCEPT OK\n"))
    assert told.kind == "unsupported"
    assert "heading" in told.reason


@pytest.mark.parametrize("text", ["Dear all,\nthis is what I found.\n", "a b c\n1 2 3\n", "\n\n", "start end action\n"])
def test_other_texts_are_no_logs(text: str) -> None:
    (told,) = read(text.encode()) or [Skipped("", "")]
    assert isinstance(told, Rejected | Skipped)


def test_text_that_is_no_utf8_is_read_and_its_place_holds() -> None:
    line = f"{OWNER} " + ASKED.format("k\xe9", "-", "x")
    data = (line + "\n" + line.replace(" k\xe9", " l")).encode("latin-1")
    found = read(data)
    assert [row["file"]["path"] for row in rows(found)] == ["k\ufffd", "l"]
    assert ends_of(found, data) == data.split(b"\n")


TOKEN = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(TOKEN, st.sampled_from(LINES), st.lists(TOKEN).map(" ".join)), max_size=12))
def test_every_line_is_a_record_or_refused(texts: list[str]) -> None:
    data = "\n".join([HEADING, *texts]).encode()
    found = read(data)
    told = [
        line
        for line in data.split(b"\n")[1:]
        if line.removesuffix(b"\r") and line.removesuffix(b"\r") != HEADING.encode()
    ]
    assert len(rows(found)) + len(refused(found)) == len(told)
    for line in ends_of(found, data):
        assert line in told or line + b"\r" in told


AGENT = st.text(st.characters(codec="ascii", exclude_characters="\n\r\x00\x1f"), max_size=20)


@settings(max_examples=100, deadline=None)
@given(AGENT, AGENT)
def test_quotes_of_clients_lose_no_record(agent: str, referer: str) -> None:
    line = f"{OWNER} {ASKED.format('k', referer, agent)}"
    data = line.encode()
    found = read(data)
    (row,) = rows(found) or [None]
    assert row is None or row["http_response"]["code"] == 200
    assert len(rows(found)) + len(refused(found)) == 1
    if '"' not in agent + referer and "\\" not in agent + referer:
        assert row is not None
        assert row["http_request"]["user_agent"] == (agent if agent not in ("", "-") else None)


def table(**more: list[Any]) -> pa.Table:
    columns = {
        name.replace("-", "_"): [line.split()[place] for line in LINES] for place, name in enumerate(HEADING.split())
    }
    numbers = ("version", "srcport", "dstport", "protocol", "packets", "bytes", "start", "end")
    made: dict[str, Any] = {name: [int(v) for v in told] if name in numbers else told for name, told in columns.items()}
    return pa.table(made | more)


def parquet(told: pa.Table, **how: Any) -> bytes:
    sink = io.BytesIO()
    pq.write_table(told, sink, **how)
    return sink.getvalue()


def test_parquet_rows_are_the_events_of_the_text() -> None:
    data = parquet(table(), row_group_size=2)
    found = read(data)
    plain = [row | {"metadata": None, "record": None} for row in rows(read(LINES_DATA))]
    assert [row | {"metadata": None, "record": None} for row in rows(found)] == plain
    assert [row["record"]["index"] for row in rows(found)] == list(range(5))
    assert {(row["record"]["start"], row["record"]["end"]) for row in rows(found)} == {(None, None)}
    source = load_source("aws/vpcflow")
    line = raw_event(LINES[3].encode(), source)
    assert raw_row(data, 3, source) == line
    (batch,) = [each for each in found if isinstance(each, Batch)]
    assert msgspec.json.decode(batch.records[3]) == line


@pytest.mark.parametrize("spoil", [lambda data: data[:-9], lambda data: data[:40], lambda _: b"PAR1" + bytes(30)])
def test_damaged_parquet_is_refused(spoil: Any) -> None:
    (told,) = read(spoil(parquet(table())))
    assert (told.kind, bool(told.reason)) == ("unreadable", True)


def test_parquet_that_unpacks_to_far_too_much_is_refused() -> None:
    names = [*HEADING.replace("-", "_").split()]
    count = 2_000_000
    told = pa.table({name: pa.nulls(count, pa.int64()) for name in names})
    (found,) = read(parquet(told, row_group_size=count))
    assert found.kind == "bomb"


def test_parquet_of_others_is_refused_by_its_columns() -> None:
    (told,) = read(parquet(pa.table({"a": [1], "b": ["x"]})))
    assert told.kind == "not_a_log"
    assert "a, b" in told.reason


def test_a_row_without_a_time_is_refused() -> None:
    found = read(
        parquet(
            table()
            .set_column(10, "start", pa.array([None] * 4 + [1], pa.int64()))
            .drop(["end"])
            .append_column("end", pa.nulls(5, pa.int64()))
        )
    )
    assert len(rows(found)) == 1
    assert [each.record.index for each in refused(found)] == [0, 1, 2, 3]
    assert {each.record.start for each in refused(found)} == {None}
