"""The plain evaluator is the measure of others, so its own reading is written down here."""

from __future__ import annotations

from typing import Any

import pytest
from plain.evaluator import matches

EVENT: dict[str, Any] = {
    "eventName": "PutThing",
    "errorCode": None,
    "count": 22,
    "flag": False,
    "ip": "10.1.2.3",
    "policy": {"Effect": "Allow", "Action": ["a", "b"]},
    "items": [{"port": 22, "cidr": "10.0.0.0/8"}, {"port": 443, "cidr": "0.0.0.0/0"}],
    "names": ["x", "yy"],
    "same": "putthing",
    "star": "a*b",
}


@pytest.mark.parametrize(
    ("selection", "held"),
    [
        ({"eventName": "putthing"}, True),
        ({"eventName|cased": "putthing"}, False),
        ({"eventName": "Put*"}, True),
        ({"eventName": "Put?hing"}, True),
        ({"star": "a\\*b"}, True),
        ({"eventName": "Put\\*"}, False),
        ({"errorCode": None}, True),
        ({"missing": None}, True),
        ({"missing": "*"}, False),
        ({"errorCode|exists": False}, True),
        ({"count": "22"}, True),
        ({"count|gte": 22, "count|lt": 23}, True),
        ({"flag": "false"}, True),
        ({"flag": False}, True),
        ({"ip|cidr": "10.0.0.0/8"}, True),
        ({"ip|cidr": "192.168.0.0/16"}, False),
        ({"names": "yy"}, True),
        ({"names|contains|all": ["x", "z"]}, False),
        ({"items.port": 22, "items.cidr": "0.0.0.0/0"}, False),
        ({"items.port": 443, "items.cidr": "0.0.0.0/0"}, True),
        ({"policy|contains": '"Action":["a","b"]'}, True),
        ({"eventName|fieldref": "same"}, True),
        ({"eventName|fieldref": "missing"}, False),
        ({"eventName|re": "^Put"}, True),
        ({"eventName|re": "^put"}, False),
        ({"eventName|re|i": "^put"}, True),
        ([{"eventName": "no"}, {"count": 22}], True),
        (["nowhere", "putthing"], True),
        ({"|all": ["allow", "putthing"]}, True),
    ],
)
def test_selection(selection: Any, *, held: bool) -> None:
    assert matches({"detection": {"s": selection, "condition": "s"}}, EVENT) is held


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        ("yes", True),
        ("not yes", False),
        ("no or yes and yes", True),
        ("(no or yes) and no", False),
        ("1 of y*", True),
        ("all of them", False),
        ("yes and not 1 of n*", True),
    ],
)
def test_condition(condition: str, *, held: bool) -> None:
    named = {"yes": {"count": 22}, "no": {"count": 23}, "_aside": {"count": 24}}
    assert matches({"detection": {**named, "condition": condition}}, EVENT) is held
