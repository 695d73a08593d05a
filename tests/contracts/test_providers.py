"""What is told of a provider is whole: sources for statements, kinds for names, words for every way out."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / "src" / "jumpkit" / "content" / "providers"
FILES = sorted(FOLDER.glob("*.yaml"))
CLASSES = {"human", "workload", "provider_automation", "provider_staff"}
KEYS = {
    "actors", "things", "global", "mentions", "contents", "contents_if", "data_events", "opens", "homes", "systems",
    "powers", "revoke", "exposure", "existence",
}  # fmt: skip


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def table(request: pytest.FixtureRequest) -> dict[str, Any]:
    loaded = yaml.safe_load(request.param.read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def test_every_part_is_there_and_no_other(table: dict[str, Any]) -> None:
    assert set(table) == KEYS


def test_each_class_of_actors_says_where_and_who_says_so(table: dict[str, Any]) -> None:
    assert set(table["actors"]) == CLASSES
    for row in table["actors"].values():
        assert set(row) == {"recorded", "where", "needs", "source"}
        assert all(isinstance(value, str) and value for value in row.values()), "yes is a word here, no truth value"


def test_data_events_are_reads_of_contents(table: dict[str, Any]) -> None:
    for service, operations in table["data_events"].items():
        assert set(operations) <= set(table["contents"][service]), service


def test_kinds_that_are_spoken_of_exist(table: dict[str, Any]) -> None:
    kinds = {kind for by_service in table["things"].values() for kind in by_service.values()}
    assert set(table["global"]) <= kinds
    for operation, mentioned in table["mentions"].items():
        assert set(mentioned) <= kinds, operation
    assert set(table["exposure"]) <= kinds


def test_words_are_regular_expressions(table: dict[str, Any]) -> None:
    for _, words in table["systems"]:
        re.compile(words)


def test_no_tool_is_named(table: dict[str, Any]) -> None:
    assert not re.search(r"stratus|pacu|cloudgoat|metasploit", str(table), re.IGNORECASE)
