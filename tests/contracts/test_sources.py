"""Over all log sources that ship: each says what it maps, what it drops, and its examples come out as told."""

from __future__ import annotations

from typing import Any

import msgspec
import pyarrow as pa
import pytest

from jumpkit.kit.errors import NotFound, Unreadable
from jumpkit.model.artifact import Chunk
from jumpkit.normalize import Reader, list_sources, load_source, ocsf, raw_event
from jumpkit.normalize.source import parse_source
from jumpkit.store.lake.schema import EVENT

EXAMPLES = [(name, example) for name in list_sources() for example in load_source(name).examples]


def rows_of(source: str, *records: dict[str, Any]) -> list[dict[str, Any]]:
    reader = Reader(load_source(source))
    data = b"\n".join(msgspec.json.encode(record) for record in records)
    assert not list(reader.feed(Chunk("0" * 64, None, data, 0, last=True)))
    return [row for batch in reader.flush() for row in batch.table.to_pylist()]


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
    (row,) = rows_of(source, dict(example.raw))
    assert {path: at(row, path) for path in example.event} == dict(example.event)


@pytest.mark.parametrize(("source", "example"), EXAMPLES, ids=[example.title for _, example in EXAMPLES])
def test_example_is_read_back_as_it_was(source: str, example: Any) -> None:
    event = raw_event(msgspec.json.encode(example.raw), load_source(source))
    assert event == dict(example.raw)


@pytest.mark.parametrize("source", list_sources())
def test_examples_hold_success_and_failure(source: str) -> None:
    found = {row["status"] for row in rows_of(source, *(dict(each.raw) for each in load_source(source).examples))}
    assert {"Success", "Failure"} <= found


@pytest.mark.parametrize("source", list_sources())
def test_every_attribute_of_the_mapping_is_a_column(source: str) -> None:
    columns = leaves(EVENT)
    told = load_source(source)
    assert set(told.mapping) <= set(columns)
    assert all(any(each == name or each.startswith(f"{name}.") for each in columns) for name in told.decided)


@pytest.mark.parametrize("source", list_sources())
def test_every_path_begins_with_a_known_field(source: str) -> None:
    told = load_source(source)
    paths = [path for paths in told.mapping.values() for path in paths] + list(told.aliases.values())
    assert {path.split(".")[0] for path in paths} <= told.known
    assert set(told.tables["order"]) <= told.known
    assert all(each.why for each in told.dropped)


@pytest.mark.parametrize("source", list_sources())
def test_ocsf_leaves_out_what_is_ours_and_what_is_null(source: str) -> None:
    for row in rows_of(source, *(dict(each.raw) for each in load_source(source).examples)):
        event = ocsf(row)
        assert not {"principal", "record", "conflict"} & set(event)
        plain = {key: event[key] for key in event if key not in ("api", "unmapped")}
        assert b"null" not in msgspec.json.encode(plain)
        assert event["api"]["operation"]
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
