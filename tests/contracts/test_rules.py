"""Over all rules that ship: each says what it finds and what it must leave, and its examples hold."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import yaml
from plain.correlator import MOMENTS
from plain.pack import FOLDER, LEVELS, in_other_case, read_pack

from jumpkit.detect import load, test_examples
from jumpkit.normalize import list_sources, load_source

PACK = read_pack()
TACTICS = {
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "defense-evasion",
    "credential-access",
    "discovery",
    "lateral-movement",
    "command-and-control",
    "collection",
    "exfiltration",
    "impact",
}
RESTATED = "findings"  # of other products: they name a tactic, or a technique, only where the product's type does
TOOLS = ("stratus", "pacu", "cloudgoat", "prowler", "scoutsuite", "trufflehog", "leonidas", "kali", "boto3", "weirdaal")
each_rule = pytest.mark.parametrize("place", sorted(PACK.rules))
test_examples.__test__ = False  # type: ignore[attr-defined]  # a verb of the product, no test of ours


def events_of(example: dict[str, Any]) -> list[dict[str, Any]]:
    return example["events"] if "events" in example else [example["event"]]


@each_rule
def test_says_what_it_is(place: str) -> None:
    rule = PACK.rules[place]
    assert str(uuid.UUID(rule["id"])) == rule["id"]
    assert len(rule["title"]) > 8
    assert len(rule["description"]) > 25
    assert rule["level"] in LEVELS
    assert rule["falsepositives"]
    assert all(isinstance(text, str) and text for text in rule["falsepositives"])
    if "correlation" not in rule:
        asked = rule["logsource"].items()
        offered = [each.items() for name in list_sources() for each in load_source(name).logsources]
        assert [each for each in offered if asked <= each], "a log source that jumpkit reads"


@each_rule
def test_is_placed_in_attack(place: str) -> None:
    tags = [tag.removeprefix("attack.") for tag in PACK.rules[place].get("tags", [])]
    if place.split("/")[1] == RESTATED:
        assert len(TACTICS & set(tags)) <= 1, "what a product says of its own finding, and no more"
        return
    assert place.split("/")[1] in tags, "the folder is the first tactic"
    assert TACTICS & set(tags)
    assert any(tag[0] == "t" and tag[1:].replace(".", "").isdigit() for tag in tags)


@each_rule
@pytest.mark.parametrize("letters", ["as written", "in another case"])
def test_examples_hold(place: str, letters: str) -> None:
    rule = PACK.rules[place]
    wanted = [example["match"] for example in rule["examples"]]
    assert set(wanted) == {True, False}, "an example that matches and one that must not"
    for example in rule["examples"]:
        events = events_of(example)
        if letters != "as written":
            events = in_other_case(events)
        assert bool(PACK.run(rule, events)) is example["match"], example["name"]


@each_rule
def test_examples_are_whole_records(place: str) -> None:
    calls = PACK.rules[place].get("logsource", {}).get("service") == "cloudtrail"
    for example in PACK.rules[place]["examples"]:
        for event in events_of(example):
            assert isinstance(next(event[name] for name in MOMENTS if name in event), str | int)
            if calls or "eventName" in event:
                assert {"eventTime", "eventSource", "eventName", "userIdentity", "sourceIPAddress"} <= set(event)


@each_rule
def test_names_no_tool_and_reads_no_agent(place: str) -> None:
    """An agent is the client's own word: a rule may ask it for the system that it runs on, and for nothing else."""
    rule = PACK.rules[place]
    decided = yaml.safe_dump({name: rule[name] for name in ("detection", "correlation") if name in rule}).lower()
    systems = {"darwin/", "os/macos", "macintosh"}
    asked = [block for block in rule.get("detection", {}).values() if isinstance(block, dict)]
    words = {
        str(word).lower() for block in asked for name in block if "useragent" in name.lower() for word in block[name]
    }
    assert words <= systems
    assert decided.count("useragent") == sum("useragent" in name.lower() for block in asked for name in block)
    text = (FOLDER / f"{place}.yml").read_text("utf-8").lower()
    assert not [tool for tool in TOOLS if tool in text]


def test_ids_names_and_titles_are_unique() -> None:
    for field in ("id", "name", "title"):
        values = [rule[field] for rule in PACK.rules.values() if field in rule]
        assert len(values) == len(set(values)), field


def test_correlations_refer_to_rules_of_the_pack() -> None:
    for place, rule in PACK.rules.items():
        missing = set(rule.get("correlation", {}).get("rules", [])) - set(PACK.known)
        assert not missing, place


def test_what_alerts_is_not_silenced_by_a_correlation() -> None:
    silent = PACK.silent()
    assert {rule["level"] for rule in PACK.rules.values() if rule["id"] in silent} == {"informational"}


def test_there_are_enough_of_them() -> None:
    silent = PACK.silent()
    plain = [rule for rule in PACK.rules.values() if "correlation" not in rule and rule["id"] not in silent]
    correlations = [rule for rule in PACK.rules.values() if "correlation" in rule]
    assert len(plain) >= 60
    assert len(correlations) >= 12
    assert {tag.removeprefix("attack.") for rule in plain for tag in rule.get("tags", [])} >= TACTICS


def test_the_product_runs_every_rule_and_agrees_with_every_example() -> None:
    rules = load([], own=True, cache=None)
    assert {info.rule for info in rules.infos} == {rule["id"] for rule in PACK.rules.values()}
    assert [(info.path, info.reason) for info in rules.infos if not info.live] == []
    results = test_examples(FOLDER)
    assert len(results) >= sum(len(rule["examples"]) for rule in PACK.rules.values())
    assert [result for result in results if not result.passed] == []
