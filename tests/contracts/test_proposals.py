"""What a report proposes by jumpkit is a command that there is, with options that it has."""

from __future__ import annotations

from typing import Any

import pytest

from jumpkit.cli.commands.respond import command
from jumpkit.report.content import proposals

WORDS = {"key": "AKIAABCDEFGHIJKLMNOP", "instance": "i-0123456789abcdef0", "region": "eu-west-1"}
BY_JUMPKIT = [each for each in proposals()["proposals"] if "respond" in each]


@pytest.mark.parametrize("entry", BY_JUMPKIT, ids=lambda each: each["id"])
def test_respond_takes_what_is_proposed(entry: dict[str, Any]) -> None:
    values = {name: WORDS.get(name, "ci-deploy") for name in entry["values"]}
    words = [word.format(**values) for word in entry["respond"]]
    said = command.make_context("respond", [*words, "--account", "123456789012", "--case", "C-2026-0001"]).params
    kinds = {name: said[name] for name in ("keys", "instances", "roles", "users", "buckets") if said[name]}
    assert len(kinds) == 1, "one suspect is named"
    assert said["account"] == "123456789012"


def test_most_that_containment_needs_is_offered() -> None:
    assert {"access-key", "role-sessions", "bucket-opened", "machine-started"} <= {each["id"] for each in BY_JUMPKIT}
