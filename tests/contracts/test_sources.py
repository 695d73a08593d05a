"""Over all log sources that ship: each says what it maps, what it drops, and its examples come out as told."""

from __future__ import annotations

from typing import Any

import msgspec
import pyarrow as pa
import pytest

from jumpkit.kit.errors import NotFound, Unreadable
from jumpkit.model.artifact import Chunk
from jumpkit.model.batch import Batch
from jumpkit.normalize import Readers, list_sources, load_source, ocsf, raw_event
from jumpkit.normalize.plain.plan import plan_of
from jumpkit.normalize.source import parse_source
from jumpkit.store.lake.schema import EVENT

REPORTS = {2, 5}  # categories of what products report: a finding or a snapshot neither succeeds nor fails
EXAMPLES = [(name, example) for name in list_sources() for example in load_source(name).examples]


ROUTE = Readers()  # knows all sources: each record must find its own among them


def data_of(example: Any) -> bytes:
    return example.text.encode() if example.text is not None else msgspec.json.encode(example.raw)


def batches(data: bytes) -> list[Any]:
    found = [*ROUTE.feed(Chunk("0" * 64, None, data, 0, last=True)), *ROUTE.flush()]
    assert all(isinstance(each, Batch) for each in found), found
    return found


def rows_of(source: str, *examples: Any) -> list[dict[str, Any]]:
    found = [batch for example in examples for batch in batches(data_of(example))]
    assert {batch.source for batch in found} == {source}
    return [row for batch in found for row in batch.table.to_pylist()]


def at(row: Any, path: str) -> Any:
    for key in path.split("."):
        row = None if row is None else row.get(key)
    return row


def leaves(kind: pa.Schema | pa.StructType, before: str = "") -> list[str]:
    found = []
    for field in kind:
        name = before + field.name
        found += leaves(field.type, f"{name}.") if pa.types.is_struct(field.type) else [name]
    return found


@pytest.mark.parametrize(("source", "example"), EXAMPLES, ids=[example.title for _, example in EXAMPLES])
def test_example_becomes_its_event(source: str, example: Any) -> None:
    (row,) = rows_of(source, example)
    assert {path: at(row, path) for path in example.event} == dict(example.event)


@pytest.mark.parametrize(("source", "example"), EXAMPLES, ids=[example.title for _, example in EXAMPLES])
def test_example_is_read_back_as_it_was(source: str, example: Any) -> None:
    data = data_of(example)
    (batch,) = batches(data)
    (row,) = batch.table.to_pylist()
    start, end = row["record"]["start"], row["record"]["end"]
    event = raw_event(data[start:end], load_source(source), head=data)
    assert event == dict(example.raw)
    assert source == "aws/cloudtrail" or msgspec.json.decode(batch.records[0]) == event


@pytest.mark.parametrize("source", list_sources())
def test_examples_hold_success_and_failure(source: str) -> None:
    examples = load_source(source).examples
    rows = rows_of(source, *examples)
    states = {row["status"] for row in rows}
    reported = {row["category_uid"] for row in rows} <= REPORTS
    assert len(examples) > 1
    assert reported or {"Success", "Failure"} <= states


@pytest.mark.parametrize("source", [name for name in list_sources() if load_source(name).kind != "cloudtrail"])
def test_columns_and_records_say_the_same(source: str) -> None:
    for example in load_source(source).examples:
        for batch in batches(data_of(example)):
            record = msgspec.json.decode(batch.records[0])
            for name, column in batch.columns.items():
                code = int(column.codes[0])
                told = None if code < 0 else column.values[code]
                assert said(told) == said(record.get(name))


def said(value: Any) -> Any:
    return None if value is None else value if isinstance(value, str) else msgspec.json.encode(value).decode()


@pytest.mark.parametrize("source", list_sources())
def test_every_attribute_of_the_mapping_is_a_column(source: str) -> None:
    columns = leaves(EVENT)
    told = load_source(source)
    assert set(told.mapping) <= set(columns)
    assert all(any(each == name or each.startswith(f"{name}.") for each in columns) for name in told.decided)


@pytest.mark.parametrize("source", list_sources())
def test_every_path_begins_with_a_known_field(source: str) -> None:
    told = load_source(source)
    known = told.known if told.kind == "cloudtrail" else plan_of(source).known
    paths = [path for paths in told.mapping.values() for path in paths] + list(told.aliases.values())
    assert {path.split(".")[0] for path in paths} <= known
    assert set(told.tables.get("order", ())) <= known
    assert {name.split(".")[0] for each in told.decided.values() for name in each["from"]} <= known
    assert all(each.why for each in told.dropped)


@pytest.mark.parametrize("source", list_sources())
def test_ocsf_leaves_out_what_is_ours_and_what_is_null(source: str) -> None:
    for row in rows_of(source, *load_source(source).examples):
        event = ocsf(row)
        assert not {"principal", "record", "conflict"} & set(event)
        plain = {key: event[key] for key in event if key not in ("api", "resource", "unmapped")}
        assert b"null" not in msgspec.json.encode(plain)
        assert event["class_uid"] != 6003 or event["api"]["operation"]
        assert isinstance(event.get("unmapped", {}), dict)
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]


def test_sources_have_no_repeated_keys_and_no_aliases() -> None:
    with pytest.raises(Unreadable, match="twice"):
        parse_source("x/y", "title: a\ntitle: b\n")
    with pytest.raises(Unreadable, match="alias"):
        parse_source("x/y", "title: &a b\nabout: *a\n")
    with pytest.raises(Unreadable, match="larger"):
        parse_source("x/y", "#" * (1 << 20) + "#")
    with pytest.raises(Unreadable, match="cannot be understood"):
        parse_source("x/y", "title: a\n")


def test_an_unknown_source_names_the_known_ones() -> None:
    with pytest.raises(NotFound) as told:
        load_source("../secrets")
    assert "aws/cloudtrail" in str(told.value.hint)
