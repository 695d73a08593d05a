"""Rules that come later are tried on what is there; what a changed rule no longer says is superseded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from command.logs import quiet, write
from command.run import Json, assert_intact, hunt, jumpkit, show, sums, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RULE = """
title: {title}
id: {id}
status: test
level: {level}
logsource: {{product: aws, service: cloudtrail}}
detection:
  selection:
    eventName: {name}
  condition: selection
tags: [attack.discovery, attack.t1580]
"""
FIRST = "0b3c4f5e-0000-4000-8000-000000000001"
HITS = "SELECT count(*) AS n FROM hits WHERE rule = '0b3c4f5e-0000-4000-8000-000000000001'"
SECOND = "0b3c4f5e-0000-4000-8000-000000000002"
MANY = """
title: Many of them
id: 0b3c4f5e-0000-4000-8000-000000000003
level: high
correlation:
  type: event_count
  rules: [0b3c4f5e-0000-4000-8000-000000000001]
  group-by: [userIdentity.arn]
  timespan: 1h
  condition: {gte: 10}
tags: [attack.discovery]
"""


def put(folder: Path, name: str, rule: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(rule, "utf-8")
    return folder


def of_rule(answer: Json, rule: str) -> list[Json]:
    return [item for item in answer["findings"] if item["rule"] == rule]


def test_rules_that_come_later_meet_the_stored_events(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    home, logs = warm(tmp_path / "home"), write(tmp_path / "logs" / "a.json", *quiet(30))
    before = triage(home, logs)
    rules = put(tmp_path / "rules", "one.yml", RULE.format(title="Asked", id=FIRST, level="high", name="DescribeInst*"))
    put(rules, "many.yml", MANY)
    answer = triage(home, logs, "--rules", rules)
    assert answer["case"] == before["case"]
    assert answer["events"]["in"] == answer["events"]["stored"] == 0
    assert answer["rules"]["loaded"] == answer["rules"]["live"] == before["rules"]["loaded"] + 2
    (many,) = [item for item in answer["findings"] if item["title"] == "Many of them"]
    assert many["events"] == 30
    assert hunt(home, "--sql", HITS) == [{"n": 30}]
    assert_intact(home)


def test_what_a_changed_rule_no_longer_says_is_superseded(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    home, logs = warm(tmp_path / "home"), write(tmp_path / "logs" / "a.json", *quiet(30))
    rules = put(tmp_path / "rules", "one.yml", RULE.format(title="Asked", id=FIRST, level="high", name="DescribeInst*"))
    put(rules, "two.yml", RULE.format(title="Asked too", id=SECOND, level="medium", name="Describe*"))
    first = triage(home, logs, "--rules", rules)
    (old,), (kept,) = of_rule(first, FIRST), of_rule(first, SECOND)
    assert old["events"] == kept["events"] == 30

    put(rules, "one.yml", RULE.format(title="Asked", id=FIRST, level="high", name="SomethingElse"))
    second = triage(home, logs, "--rules", rules)
    assert of_rule(second, FIRST) == []
    assert [item["events"] for item in of_rule(second, SECOND)] == [30]
    assert hunt(home, "--sql", HITS) == [{"n": 0}]
    told = show(home, old["finding"])
    assert told["superseded_by"] == []
    assert told["superseded_why"]
    assert_intact(home)

    put(rules, "one.yml", RULE.format(title="Asked", id=FIRST, level="high", name="DescribeInst*"))
    third = triage(home, logs, "--rules", rules)
    assert [item["events"] for item in of_rule(third, FIRST)] == [30], "and once more when it matches again"
    assert_intact(home)


def test_logs_and_rules_that_come_together_are_counted_once(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    home, logs = warm(tmp_path / "home"), tmp_path / "logs"
    events = quiet(30)
    write(logs / "a.json", *events[:20])
    triage(home, logs)
    write(logs / "b.json", *events[10:])
    rules = put(tmp_path / "rules", "one.yml", RULE.format(title="Asked", id=FIRST, level="high", name="DescribeInst*"))
    answer = triage(home, logs, "--rules", rules)
    assert sums(answer["events"])
    assert (answer["events"]["stored"], answer["events"]["duplicate"]) == (10, 10)
    assert [item["events"] for item in of_rule(answer, FIRST)] == [30]
    assert hunt(home, "--sql", HITS) == [{"n": 30}]


def test_a_rule_that_was_left_out_keeps_what_it_said(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    home, logs = warm(tmp_path / "home"), write(tmp_path / "logs" / "a.json", *quiet(30))
    rules = put(tmp_path / "rules", "one.yml", RULE.format(title="Asked", id=FIRST, level="high", name="DescribeInst*"))
    first = triage(home, logs, "--rules", rules)
    second = triage(home, logs)
    assert of_rule(second, FIRST) == of_rule(first, FIRST)


def test_hostile_rules_are_reasons(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    home, logs = warm(tmp_path / "home"), write(tmp_path / "logs" / "a.json", *quiet(3))
    rules = put(tmp_path / "rules", "bomb.yml", "a: &a [x]\nb: [*a, *a]\n")
    put(rules, "cut.yml", "title: [")
    put(rules, "python.yml", "!!python/object/apply:os.system ['touch /tmp/owned']")
    put(rules, "deep.yml", "detection: " + "[" * 5000)
    put(
        rules,
        "regex.yml",
        RULE.format(title="Slow", id=SECOND, level="low", name="x").replace(
            "eventName:", "eventName|re: (a+)+$\n    eventSource:"
        ),
    )
    (rules / "bytes.yml").write_bytes(b"\xff\xfe\x00title")
    answer = triage(home, logs, "--rules", rules)
    told = answer["rules"]
    assert told["loaded"] == told["live"] + len(told["not_runnable"])
    assert all(item["reason"] for item in told["not_runnable"])
    assert len(told["not_runnable"]) >= 4
    listed = jumpkit(home, "rules", "list", "--rules", rules, "--json").one()["rules"]
    assert len(listed) == told["loaded"]
