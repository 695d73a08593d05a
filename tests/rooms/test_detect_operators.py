"""What a rule holds on, operator by operator, asked row by row and by columns alike."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest
import yaml

from jumpkit.detect import Engine, RuleSet, load, matches
from jumpkit.model.batch import Batch, Column
from jumpkit.store.lake.schema import EVENT

if TYPE_CHECKING:
    from pathlib import Path

ID = "11111111-1111-4111-8111-111111111111"
SOURCE = {"product": "aws", "service": "cloudtrail"}


def ruleset(folder: Path, detection: dict[str, Any]) -> RuleSet:
    document = {"title": "t", "id": ID, "logsource": SOURCE, "level": "low", "detection": detection}
    (folder / "rule.yml").write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    return load([folder], own=False, cache=None)


def batch(records: list[dict[str, Any]], *, coded: bool) -> Batch:
    columns: dict[str, Column] = {}
    for name in {key for record in records for key in record} if coded else ():
        known: dict[str, int] = {}
        values: list[Any] = []
        codes = []
        for record in records:
            value = record.get(name)
            if value is not None and (text := json.dumps(value)) not in known:
                known[text] = len(values)
                values.append(value)
            codes.append(-1 if value is None else known[json.dumps(value)])
        columns[name] = Column(np.array(codes, np.int32), values, 0)
    return Batch("aws/cloudtrail", columns, [msgspec.json.encode(record) for record in records], EVENT.empty_table())


def held(folder: Path, detection: dict[str, Any], record: dict[str, Any]) -> bool:
    rules = ruleset(folder, detection)
    assert rules.infos[0].live, rules.infos[0].reason
    by_row = matches(rules, ID, record)
    for coded in (False, True):
        hits = Engine(rules).match(batch([record], coded=coded))
        assert len(hits.row) == by_row
    return by_row


YES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"a": "x"}, {"a": "X"}),
    ({"a": "straße"}, {"a": "STRASSE"}),
    ({"a": "Ärger*"}, {"a": "äRGERNIS"}),
    ({"a": ["x", "y"]}, {"a": "y"}),
    ({"a": r"x\*y"}, {"a": "x*y"}),
    ({"a": "x?z*"}, {"a": "XyZ\nand more"}),
    ({"a": "*"}, {"a": ""}),
    ({"a": ""}, {"a": ""}),
    ({"a": None}, {"b": 1}),
    ({"a": None}, {"a": None}),
    ({"a": None}, {"a": []}),
    ({"a": [None, "x"]}, {"b": 1}),
    ({"a": []}, {"b": 1}),
    ({"a|contains": "b"}, {"a": "ABC"}),
    ({"a|startswith": "ab"}, {"a": "ABC"}),
    ({"a|endswith": "bc"}, {"a": "ABC"}),
    ({"a|contains|all": ["b", "d"]}, {"a": "abcd"}),
    ({"a|contains|all": ["b", "d"]}, {"a": ["abc", "cde"]}),
    ({"a|cased": "Xy"}, {"a": "Xy"}),
    ({"a|contains|cased": "Xy"}, {"a": "aXyz"}),
    ({"a|re": "b.d"}, {"a": "abcde"}),
    ({"a|re|i": "B.D"}, {"a": "abcde"}),
    ({"a|re|s": "b.d"}, {"a": "ab\nde"}),
    ({"a|re|m": "^d"}, {"a": "b\nde"}),
    ({"a|re|startswith": "b|c"}, {"a": "cab"}),
    ({"a|re|endswith": "b|c"}, {"a": "bac"}),
    ({"a|re": "^5$"}, {"a": 5}),
    ({"a|cidr": "10.0.0.0/8"}, {"a": "10.200.3.4"}),
    ({"a|cidr": "2001:db8::/32"}, {"a": "2001:db8:0::7"}),
    ({"a|exists": True}, {"a": False}),
    ({"a|exists": True}, {"a": {}}),
    ({"a|exists": False}, {"a": [None]}),
    ({"a": 5}, {"a": 5.0}),
    ({"a": 5}, {"a": "5"}),
    ({"a": "5"}, {"a": 5}),
    ({"a": 1.5}, {"a": 1.5}),
    ({"a": True}, {"a": "TRUE"}),
    ({"a": "true"}, {"a": True}),
    ({"a|gt": 4}, {"a": "5"}),
    ({"a|gte": 5}, {"a": 5}),
    ({"a|lt": 5}, {"a": 4.5}),
    ({"a|lte": 5}, {"a": -5}),
    ({"a|neq": "x"}, {"a": "y"}),
    ({"a|neq": "x"}, {"b": "y"}),
    ({"a.l.x|neq": "1"}, {"a": {"l": [{"x": "2"}, {"x": "3"}]}}),
    ({"a|fieldref": "b.c"}, {"a": "X", "b": {"c": "x"}}),
    ({"a|fieldref|startswith": "b"}, {"a": "xyz", "b": "XY"}),
    ({"a|fieldref|endswith": "b"}, {"a": "xyz", "b": ["q", "YZ"]}),
    ({"a|fieldref|contains": "b"}, {"a": "xyz", "b": "Y"}),
    ({"a|base64|contains": "foo"}, {"a": "xZm9vx"}),
    ({"a|base64offset|contains": "secret"}, {"a": "eHNlY3JldHg="}),
    ({"a|wide|base64offset|contains": "ping"}, {"a": "cABpAG4AZwA="}),
    ({"a|windash|contains": " -f"}, {"a": "x /F"}),
    ({"a|hour": 23}, {"a": "2023-07-10T23:29:18Z"}),
    ({"a|hour": 21}, {"a": "2023-07-10T23:29:18+02:00"}),
    ({"a|hour|gte": 20}, {"a": "2023-07-10T23:29:18Z"}),
    ({"a|minute": 29}, {"a": 1688992158}),
    ({"a|minute": 29}, {"a": 1688992158000}),
    ({"a|day": 10, "a|month": 7, "a|year": 2023}, {"a": "2023-07-10T23:29:18Z"}),
    ({"a|week": 28}, {"a": "2023-07-10T23:29:18Z"}),
    ({"a|contains": '"k":["é",1]'}, {"a": {"k": ["é", 1]}}),
    ({"a.b.c": "x"}, {"a": [{"b": {"c": "y"}}, {"b": [{"c": "x"}]}]}),
    ({"a.b": "x"}, {"a": [[{"b": "x"}]]}),
    ({"a.l.x": "1", "a.l.y": "2"}, {"a": {"l": [{"x": "1", "y": "3"}, {"x": "1", "y": "2"}]}}),
    ({"a.l.x": "1", "a.l.y|neq": "2"}, {"a": {"l": [{"x": "1", "y": "2"}, {"x": "1"}]}}),
    ({"a.l.x": "1", "a.l.y": None}, {"a": {"l": [{"x": "1", "y": "2"}, {"x": "1"}]}}),
    ({"a.l.x": None, "a.l.y": None}, {"a": {"l": []}}),
    ({"a.l.x|fieldref": "a.l.y"}, {"a": {"l": [{"x": "1", "y": "2"}, {"x": "3", "y": "3"}]}}),
    ({"a.b.c/d": "x"}, {"a": {"b.c/d": "x"}}),
    ({"a.b": "x"}, {"a.b": "x"}),
    ({"a.b": "x"}, {"a": None, "a.b": "x"}),
    ({"|all": ["needle", "hay*ack"]}, {"a": "NEEDLE", "b": {"c": ["haystack"]}}),
]

NO: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"a": "x"}, {"a": "xx"}),
    ({"a": "x"}, {"b": "x"}),
    ({"a": "x"}, {"A": "x"}),
    ({"a": ""}, {"b": ""}),
    ({"a": "*"}, {"a": None}),
    ({"a": None}, {"a": ""}),
    ({"a": None}, {"a": [None, "x"]}),
    ({"a|cased": "Xy"}, {"a": "xy"}),
    ({"a|re": "B.D"}, {"a": "abcde"}),
    ({"a|re": "b.d"}, {"a": "ab\nde"}),
    ({"a|re|startswith": "b|c"}, {"a": "ab"}),
    ({"a|re|endswith": "b|c"}, {"a": "ca"}),
    ({"a|cidr": "10.0.0.0/8"}, {"a": "ec2.amazonaws.com"}),
    ({"a|cidr": "10.0.0.0/8"}, {"a": "::ffff:10.0.0.1"}),
    ({"a|cidr": "10.0.0.0/8"}, {"a": 167772161}),
    ({"a|exists": True}, {"a": None}),
    ({"a|exists": True}, {"a": []}),
    ({"a|exists": False}, {"a": 0}),
    ({"a": 1}, {"a": True}),
    ({"a": True}, {"a": 1}),
    ({"a": 5}, {"a": "5.0"}),
    ({"a": "5"}, {"a": 5.0}),
    ({"a|gt": 5}, {"a": 5}),
    ({"a|gt": 5}, {"a": "six"}),
    ({"a|gt": 0}, {"a": True}),
    ({"a|lt": 5}, {"b": 1}),
    ({"a|neq": ["x", "y"]}, {"a": "y"}),
    ({"a.l.x|neq": "1"}, {"a": {"l": [{"x": "1"}, {"x": "3"}]}}),
    ({"a|fieldref": "b"}, {"a": "x"}),
    ({"a|fieldref": "b"}, {}),
    ({"a|hour": 23}, {"a": "late"}),
    ({"a|contains|all": ["b", "d"]}, {"a": "abc"}),
    ({"a.x|contains|all": ["b", "d"]}, {"a": [{"x": "abc"}, {"x": "cde"}]}),
    ({"a.l.x": "1", "a.l.y": "2"}, {"a": {"l": [{"x": "1", "y": "3"}, {"x": "2", "y": "2"}]}}),
    ({"a.l.x": "1", "a.l.y|neq": "2"}, {"a": {"l": [{"x": "1", "y": "2"}, {"x": "3"}]}}),
    ({"a.l.x": "1", "a.l.y": None}, {"a": {"l": [{"x": "1", "y": "2"}, {"x": "3"}]}}),
    ({"a.l.x|fieldref": "a.l.y"}, {"a": {"l": [{"x": "1", "y": "3"}, {"x": "3", "y": "1"}]}}),
    ({"a|contains": "]"}, {"a": ["x", "y"]}),
    ({"a.b": "x"}, {"a": {"c": 1}, "a.b": "x"}),
    ({"|all": ["needle", "hay*ack"]}, {"a": "NEEDLE"}),
]


@pytest.mark.parametrize(("selection", "record"), YES)
def test_it_holds(tmp_path: Path, selection: dict[str, Any], record: dict[str, Any]) -> None:
    assert held(tmp_path, {"selection": selection, "condition": "selection"}, record)
    assert not held(tmp_path, {"selection": selection, "condition": "not selection"}, record)


@pytest.mark.parametrize(("selection", "record"), NO)
def test_it_does_not_hold(tmp_path: Path, selection: dict[str, Any], record: dict[str, Any]) -> None:
    assert not held(tmp_path, {"selection": selection, "condition": "selection"}, record)
    assert held(tmp_path, {"selection": selection, "condition": "not selection"}, record)


CONDITIONS: list[tuple[str, set[str]]] = [
    ("1 of s_*", {"1", "2", "3"}),
    ("any of s_*", {"1", "2", "3"}),
    ("all of s_*", {"3"}),
    ("1 of them and not all of them", {"1", "2", "3", "4"}),
    ("s_one and not s_two or other", {"1", "4"}),
    ("not (s_one or s_two)", {"4"}),
]


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS)
def test_conditions_join_selections(tmp_path: Path, condition: str, expected: set[str]) -> None:
    detection = {"s_one": {"a": ["1", "3"]}, "s_two": {"a": ["2", "3"]}, "other": {"a": "4"}, "condition": condition}
    assert {value for value in "1234" if held(tmp_path, detection, {"a": value})} == expected


def test_several_conditions_are_alternatives(tmp_path: Path) -> None:
    detection = {"one": {"a": "1"}, "two": {"a": "2"}, "condition": ["one", "two"]}
    assert [held(tmp_path, detection, {"a": value}) for value in "123"] == [True, True, False]


def test_a_list_of_maps_is_an_alternative_of_independent_maps(tmp_path: Path) -> None:
    detection = {"one": [{"a": "1", "b": "1"}, {"a": "2"}], "condition": "one"}
    assert held(tmp_path, detection, {"a": "2", "b": "9"})
    assert not held(tmp_path, detection, {"a": "1", "b": "9"})


def test_two_maps_may_be_met_by_different_elements(tmp_path: Path) -> None:
    detection = {"one": {"l.x": "1"}, "two": {"l.y": "2"}, "condition": "one and two"}
    assert held(tmp_path, detection, {"l": [{"x": "1"}, {"y": "2"}]})


def test_the_sources_names_stand_for_its_paths(tmp_path: Path) -> None:
    selection = {"user_agent|contains": "curl", "src_ip|cidr": "192.0.2.0/24"}
    record = {"userAgent": "curl/8", "sourceIPAddress": "192.0.2.9"}
    assert held(tmp_path, {"selection": selection, "condition": "selection"}, record)


def test_keywords_search_the_text_of_every_record(tmp_path: Path) -> None:
    detection = {"words": ["élan", "x?z"], "condition": "words"}
    assert held(tmp_path, detection, {"a": [{"b": "ÉLAN vital"}]})
    assert held(tmp_path, detection, {"axyzb": 1})
    assert not held(tmp_path, detection, {"a": "elan"})


def test_text_that_utf8_cannot_hold_meets_a_regular_expression(tmp_path: Path) -> None:
    rules = ruleset(tmp_path, {"s": {"a|re": "^x.$"}, "condition": "s"})
    assert matches(rules, ID, {"a": "x\ud800"})
