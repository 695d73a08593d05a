"""Why a rule matches, what a rule file has to say, and its own examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jumpkit import detect
from jumpkit.detect import RuleSet, explain, lint, load, matches
from jumpkit.kit.errors import BadUsage, NotFound

ID = "11111111-1111-4111-8111-111111111111"
UP = "22222222-2222-4222-8222-222222222222"
HEAD = f"title: t\nid: {ID}\nlogsource: {{product: aws, service: cloudtrail}}\n"
FULL = (
    HEAD
    + "description: d\nlevel: low\nfalsepositives: [none]\ntags: [attack.persistence, attack.t1098]\n"
    + "detection:\n  one: {eventName: Run*}\n  condition: one\n"
)
EXAMPLES = (
    "examples:\n- {name: yes, match: true, event: {eventName: RunIt}}\n- {match: false, event: {eventName: It}}\n"
)


def loaded(folder: Path, text: str) -> RuleSet:
    (folder / "r.yml").write_text(text, encoding="utf-8")
    return load([folder], own=False, cache=None)


def row(condition: str, field: str | None, expected: str, actual: Any, *, held: bool) -> dict[str, Any]:
    return {"condition": condition, "field": field, "expected": expected, "actual": actual, "held": held}


def test_each_test_is_told_with_what_was_found(tmp_path: Path) -> None:
    rules = loaded(
        tmp_path,
        HEAD + "detection:\n"
        "  one: {eventName|startswith: Run, requestParameters.n|gte: 2, user_agent: [a*z, 'b']}\n"
        "  out: {userIdentity.type|cased: Root}\n"
        "  words: [needle]\n"
        "  condition: one and not out or words\n",
    )
    record = {"eventName": "runInstances", "requestParameters": [{"n": 1}, {"n": 3}], "userAgent": "ABZ"}
    told = explain(rules, ID, record)
    assert told.matched
    assert list(told.conditions) == [
        row("one", "eventName", "begins with Run", "runInstances", held=True),
        row("one", "requestParameters.n", ">= 2", [1, 3], held=True),
        row("one", "userAgent", "like a*z or b", "ABZ", held=True),
        row("not out", "userIdentity.type", "Root (as written)", None, held=False),
        row("words", None, "the record's text contains needle", None, held=False),
    ]
    assert not explain(rules, ID, record | {"userIdentity": {"type": "Root"}}).matched


def test_elements_that_each_satisfy_a_part_are_told_apart(tmp_path: Path) -> None:
    rules = loaded(tmp_path, HEAD + "detection: {one: {l.x: 1, l.y: 2}, condition: one}\n")
    told = explain(rules, ID, {"l": [{"x": 1}, {"y": 2}]})
    assert not told.matched
    assert [each["held"] for each in told.conditions] == [True, True, False]
    assert "same list element" in told.conditions[-1]["expected"]


def test_long_lists_and_values_are_cut(tmp_path: Path) -> None:
    names = ", ".join(f"n{number}" for number in range(40))
    rules = loaded(tmp_path, HEAD + f"detection: {{one: {{a: [{names}]}}, condition: one}}\n")
    (told,) = explain(rules, ID, {"a": ["x" * 5_000] * 50}).conditions
    assert told["expected"].endswith("or n11 or 28 more")
    assert len(str(told["actual"])) < 6_000


def test_a_correlation_tells_which_of_its_rules_match(tmp_path: Path) -> None:
    text = f"{HEAD}detection: {{one: {{a: x}}, condition: one}}\n---\ntitle: up\nid: {UP}\n"
    rules = loaded(tmp_path, text + f"correlation: {{type: temporal, rules: [{ID}], timespan: 5m}}\n")
    for value, held in (("x", True), ("y", False)):
        told = explain(rules, UP, {"a": value})
        assert told.matched is held
        assert list(told.conditions) == [
            row("correlates t", None, f"the event matches rule {ID}", actual=held, held=held)
        ]


def test_a_rule_that_is_not_there_or_cannot_run_is_refused(tmp_path: Path) -> None:
    rules = loaded(tmp_path, HEAD)
    with pytest.raises(NotFound):
        matches(rules, "nobody", {})
    with pytest.raises(BadUsage, match="no detection"):
        explain(rules, ID, {})


def test_a_rule_file_that_says_all_is_clean(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(FULL + EXAMPLES)
    assert lint(tmp_path) == []


@pytest.mark.parametrize(
    ("cut", "problem"),
    [
        (f"id: {ID}\n", "`id` is no UUID"),
        ("title: t\n", "`title` is missing"),
        ("description: d\n", "`description` is missing"),
        ("level: low\n", "`level` is none of informational, low, medium, high, critical"),
        ("falsepositives: [none]\n", "`falsepositives` is missing"),
        (", attack.t1098", "`tags` names no ATT&CK technique (attack.t1078.004)"),
        ("attack.persistence, ", "`tags` names no ATT&CK tactic (attack.persistence)"),
        ("- {name: yes, match: true, event: {eventName: RunIt}}\n", "`examples` has none that matches"),
        ("- {match: false, event: {eventName: It}}\n", "`examples` has none that must not match"),
    ],
)
def test_what_a_rule_file_lacks_is_named(tmp_path: Path, cut: str, problem: str) -> None:
    (tmp_path / "r.yml").write_text((FULL + EXAMPLES).replace(cut, ""))
    assert [each.problem for each in lint(tmp_path)] == [problem]


def test_lint_names_what_is_not_runnable(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text((FULL + EXAMPLES).replace("condition: one", "condition: two"))
    (tmp_path / "s.yml").write_text("a: [")
    assert [each.problem.split(":")[0] for each in lint(tmp_path)] == ["is not runnable", "is not runnable"]


def test_examples_are_tried_in_both_letter_cases(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(FULL + EXAMPLES)
    results = detect.test_examples(tmp_path)
    assert [(each.example, each.letters, each.got, each.passed) for each in results] == [
        ("yes", "as written", True, True),
        ("yes", "other case", True, True),
        ("example 2", "as written", False, True),
        ("example 2", "other case", False, True),
    ]


@pytest.mark.parametrize("test", ["|cased: Run", "|re: ^Run"])
def test_what_asks_for_a_case_keeps_it(tmp_path: Path, test: str) -> None:
    (tmp_path / "r.yml").write_text(
        FULL.replace("eventName: Run*", f"eventName{test}") + EXAMPLES.replace("RunIt", "Run")
    )
    assert all(each.passed for each in detect.test_examples(tmp_path))


def test_an_example_that_fails_is_said(tmp_path: Path) -> None:
    (tmp_path / "r.yml").write_text(
        FULL + "examples:\n- {match: true, event: {eventName: It}}\n- {match: true}\n- {event: {}}\n- words\n"
    )
    results = detect.test_examples(tmp_path)
    assert not any(each.passed for each in results)
    assert [each.problem for each in results] == [
        None,
        None,
        "says no `event`",
        "says no `match: true` or `match: false`",
        "says no `match: true` or `match: false`",
    ]


def test_correlations_are_tried_on_series_of_events(tmp_path: Path) -> None:
    events = ", ".join(f"{{eventName: Run, eventTime: '2024-01-01T00:00:0{at}Z', who: u}}" for at in range(3))
    two = events[: events.rindex(", {")]
    (tmp_path / "r.yml").write_text(
        f"{FULL}---\ntitle: up\nid: {UP}\n"
        f"correlation: {{type: event_count, rules: [{ID}], group-by: [who], timespan: 5s, condition: {{gte: 3}}}}\n"
        f"examples:\n- {{match: true, events: [{events}]}}\n- {{match: false, events: [{two}]}}\n"
        "- {match: true, events: [{eventName: Run}]}\n"
    )
    results = detect.test_examples(tmp_path)
    assert [each.passed for each in results] == [True] * 4 + [False] * 2
    assert "has no time that can be read" in (results[-1].problem or "")


def test_our_own_pack_keeps_its_word() -> None:
    folder = Path(detect.__file__).parents[1] / "content" / "rules"
    assert lint(folder) == []
    results = detect.test_examples(folder)
    assert len(results) > 500
    assert [each for each in results if not each.passed] == []
