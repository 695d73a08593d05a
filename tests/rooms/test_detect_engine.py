"""Matching by columns equals matching row by row, whatever the rules and the records."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import numpy as np
import pyarrow as pa
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jumpkit.detect import Engine, RuleSet, load, matches
from jumpkit.detect.decide import combined
from jumpkit.model.batch import Batch, Column, Texts
from jumpkit.store.lake.schema import EVENT

CHAOS = bool(os.environ.get("JUMPKIT_CHAOS"))
SOURCE = {"product": "aws", "service": "cloudtrail"}
Record = dict[str, Any]

scalars = st.sampled_from(
    [None, True, False, 0, 1, 5, 5.0, "", "x", "X", "xy", "Yx", "5", "true", "ß", "SS", "10.1.2.3"]
)
inner = st.dictionaries(
    st.sampled_from(["x", "y", "x.y"]), st.one_of(scalars, st.lists(scalars, max_size=2)), max_size=3
)
values = st.one_of(
    scalars,
    inner,
    st.lists(st.one_of(scalars, inner), max_size=3),
    st.fixed_dictionaries({"l": st.lists(inner, max_size=3)}),
)
records = st.dictionaries(st.sampled_from(["a", "b", "c", "a.x", "b.l.x"]), values, max_size=4)

fields = st.sampled_from(["a", "b", "c", "a.x", "a.y", "a.x.y", "b.l.x", "b.l.y", "b.x"])
texts = st.sampled_from(["x", "X*", "*y", "?x", "ss", "", "*", "5", "true", "q"])
plain = st.one_of(texts, st.sampled_from([None, True, 5, 0]))
tests = st.one_of(
    st.tuples(fields, st.one_of(plain, st.lists(plain, min_size=1, max_size=3))),
    st.tuples(
        st.sampled_from(["|contains", "|startswith", "|cased", "|contains|all", "|re", "|neq", "|neq|all"]), fields
    ).flatmap(
        lambda pair: st.tuples(
            st.just(pair[1] + pair[0]),
            st.lists(st.sampled_from(["x", "y", "Y", "5", '"x":']), min_size=1, max_size=3),
        )
    ),
    st.tuples(fields.map(lambda field: f"{field}|exists"), st.booleans()),
    st.tuples(fields.map(lambda field: f"{field}|gte"), st.sampled_from([0, 5])),
    st.tuples(fields.map(lambda field: f"{field}|cidr"), st.just("10.0.0.0/8")),
    st.tuples(fields.map(lambda field: f"{field}|fieldref"), fields),
    st.tuples(st.just("|all"), st.lists(st.sampled_from(["x", "5", "q", "l*x"]), min_size=1, max_size=2)),
)
maps = st.lists(tests, min_size=1, max_size=3).map(dict)
selections = st.one_of(maps, st.lists(maps, min_size=1, max_size=2))
conditions = st.sampled_from(
    ["one", "not one", "one and two", "one or two", "one and not two", "not (one or two)", "not one and not two"]
)
detections = st.fixed_dictionaries({"one": selections, "two": selections, "condition": conditions})


def rules_of(folder: Path, found: list[Record]) -> RuleSet:
    for number, detection in enumerate(found):
        document = {"title": "t", "id": str(UUID(int=number)), "logsource": SOURCE, "detection": detection}
        (folder / f"{number}.yml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return load([folder], own=False, cache=None)


class Coder:
    """Columns of one epoch, as a reader hands them out."""

    def __init__(self, names: set[str], epoch: int) -> None:
        self.names = names
        self.epoch = epoch
        self.known: dict[str, tuple[dict[str, int], list[Any]]] = {name: ({}, []) for name in names}

    def batch(self, found: list[Record]) -> Batch:
        columns = {name: Column(self._codes(name, found), self.known[name][1], self.epoch) for name in self.names}
        return Batch("aws/cloudtrail", columns, [msgspec.json.encode(record) for record in found], EVENT.empty_table())

    def _codes(self, name: str, found: list[Record]) -> Any:
        known, listed = self.known[name]
        codes = []
        for value in (record.get(name) for record in found):
            text = json.dumps(value)
            if value is not None and text not in known:
                known[text] = len(listed)
                listed.append(value)
            codes.append(-1 if value is None else known[text])
        return np.array(codes, np.int32)


@settings(max_examples=300 if CHAOS else 100, deadline=None)
@given(
    found=st.lists(detections, min_size=1, max_size=4),
    batches=st.lists(st.lists(records, max_size=6), min_size=1, max_size=3),
    coded=st.sets(st.sampled_from(["a", "b", "c", "unused"])),
    fresh=st.booleans(),
)
def test_columns_and_rows_agree(
    found: list[Record], batches: list[list[Record]], coded: set[str], *, fresh: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rules = rules_of(Path(folder), found)
    live = [(place, info.rule) for place, info in enumerate(rules.infos) if info.live]
    engine = Engine(rules)
    coder = Coder(coded, 0)
    for number, rows in enumerate(batches):
        coder = Coder(coded, number) if fresh else coder
        hits = engine.match(coder.batch(rows))
        expected = [
            (place, row) for place, rule in live for row, record in enumerate(rows) if matches(rules, rule, record)
        ]
        assert list(zip(hits.rule.tolist(), hits.row.tolist(), strict=True)) == expected


@settings(max_examples=500 if CHAOS else 100, deadline=None)
@example(
    found=[{"one": {"a": None}, "two": {"a|exists": True, "a.x": None}, "condition": "one or two"}],
    rows=[{"a": True}],
    layout={},
)
@given(
    found=st.lists(detections, min_size=1, max_size=4),
    rows=st.lists(records, max_size=8),
    layout=st.sampled_from([{}, {"indent": 1}, {"ensure_ascii": False}]),
)
def test_json_and_rows_agree(found: list[Record], rows: list[Record], layout: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rules = rules_of(Path(folder), found)
    columns = {}
    for name in ("a", "b"):
        told = [None if row.get(name) is None else json.dumps(row[name], **layout) for row in rows]
        encoded = pa.array(told, pa.string()).dictionary_encode()
        columns[name] = Column(encoded.indices.fill_null(-1).to_numpy(), Texts(encoded.dictionary, json.loads), 0)
    hits = Engine(rules).match(
        Batch("aws/cloudtrail", columns, list(map(msgspec.json.encode, rows)), EVENT.empty_table())
    )
    live = [(place, info.rule) for place, info in enumerate(rules.infos) if info.live]
    expected = [(place, row) for place, rule in live for row, record in enumerate(rows) if matches(rules, rule, record)]
    assert list(zip(hits.rule.tolist(), hits.row.tolist(), strict=True)) == expected


words = st.one_of(
    st.sampled_from(["x", "xyX", "Straße", "\u017f5", "\u212a", "K", "5", "-1", "10.1.2.3", ""]), st.text(max_size=3)
)


@settings(max_examples=300 if CHAOS else 100, deadline=None)
@given(
    found=st.lists(detections, min_size=1, max_size=4),
    rows=st.lists(st.dictionaries(st.sampled_from(["a", "b", "c"]), words, max_size=3), max_size=8),
)
def test_texts_and_rows_agree(found: list[Record], rows: list[Record]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rules = rules_of(Path(folder), found)
    columns = {}
    for name in ("a", "b"):
        encoded = pa.array([row.get(name) for row in rows], pa.string()).dictionary_encode()
        codes = encoded.indices.fill_null(-1).to_numpy()
        columns[name] = Column(codes, Texts(encoded.dictionary), 0)
    hits = Engine(rules).match(
        Batch("aws/cloudtrail", columns, list(map(msgspec.json.encode, rows)), EVENT.empty_table())
    )
    live = [(place, info.rule) for place, info in enumerate(rules.infos) if info.live]
    expected = [(place, row) for place, rule in live for row, record in enumerate(rows) if matches(rules, rule, record)]
    assert list(zip(hits.rule.tolist(), hits.row.tolist(), strict=True)) == expected


def test_rows_without_a_head_still_meet_a_key_with_dots(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, [{"one": {"a.x": "v"}, "condition": "one"}])
    coder = Coder({"a"}, 0)
    rows: list[Record] = [{"a": {"x": "v"}}, {"a.x": "v"}, {"a": {"y": 1}, "a.x": "v"}, {"b": "a.x"}]
    assert Engine(rules).match(coder.batch(rows)).row.tolist() == [0, 1]


def test_a_records_event_may_be_read_by_another_hand(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, [{"one": {"a": "v"}, "condition": "one"}])
    batch = Batch("aws/cloudtrail", {}, [b"v;w", b"u;w"], EVENT.empty_table())
    hits = Engine(rules, event=lambda data: {"a": bytes(data).decode().split(";")[0]}).match(batch)
    assert hits.row.tolist() == [0]


def test_rules_of_other_sources_are_not_asked(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, [{"one": {"a": "v"}, "condition": "one"}])
    batch = Batch("other/source", {}, [b'{"a":"v"}'], EVENT.empty_table())
    assert len(Engine(rules).match(batch).rule) == 0


def test_an_empty_batch_has_no_hits(tmp_path: Path) -> None:
    rules = rules_of(tmp_path, [{"one": {"a": "v"}, "condition": "not one"}])
    hits = Engine(rules).match(Coder({"a"}, 0).batch([]))
    assert (len(hits.rule), len(hits.row), hits.fields) == (0, 0, [])


def test_combinations_never_overflow() -> None:
    generator = np.random.default_rng(1)
    columns = [generator.integers(0, 1_000, 500).astype(np.int32) for _ in range(12)]
    key = combined(columns, [2_000_000_000] * 12, 500)
    rows = {tuple(row) for row in np.stack(columns, axis=1).tolist()}
    assert len(np.unique(key)) == len(rows)
    twice = combined([np.concatenate([column, column]) for column in columns], [2_000_000_000] * 12, 1000)
    assert (twice[:500] == twice[500:]).all()


def test_base_rules_bring_their_fields_along(tmp_path: Path) -> None:
    rules_of(tmp_path, [{"one": {"a": "v"}, "condition": "one"}])
    correlation = {
        "title": "c",
        "id": str(UUID(int=99)),
        "correlation": {
            "type": "value_count",
            "rules": [str(UUID(int=0))],
            "group-by": ["user", "src_ip"],
            "timespan": "5m",
            "condition": {"gte": 2, "field": "c.x"},
            "aliases": {"user": {str(UUID(int=0)): "b"}},
        },
    }
    (tmp_path / "c.yml").write_text(yaml.safe_dump(correlation), encoding="utf-8")
    rules = load([tmp_path], own=False, cache=None)
    rows: list[Record] = [
        {"a": "v", "b": "u", "sourceIPAddress": "1.2.3.4", "c": [{"x": 1}, {"x": "é"}]},
        {"a": "v", "b": {"k": 1}},
    ]
    for coded in (set(), {"a", "b"}, {"a", "b", "c", "sourceIPAddress"}):
        fields = Engine(rules).match(Coder(coded, 0).batch(rows)).fields
        assert [json.loads(text or "") for text in fields] == [
            {"b": "u", "src_ip": "1.2.3.4", "c.x": [1, "é"]},
            {"b": '{"k":1}'},
        ]
