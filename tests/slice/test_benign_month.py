"""A month without an intruder wakes nobody; a day and a half with one tells of each thing that was done."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from jumpkit.lab import Truth, write_incident, write_month

if TYPE_CHECKING:
    from pathlib import Path

_LOOKS_AS_ALWAYS = {
    "T1078.004",  # the stolen key asks who it is, as its owner does all day
    "T1550.001",  # a role is taken on by somebody who may; the rule for it files it under T1199
}


def jumpkit(home: Path, *said: str) -> str:
    command = [sys.executable, "-m", "jumpkit", said[0], "--home", str(home), *said[1:]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-500:]
    return done.stdout


def severe(answer: dict[str, Any]) -> list[str]:
    return [f["title"] for f in answer["findings"] if f["severity"] in {"high", "critical"}]


@pytest.mark.parametrize("seed", [1, 2] if os.environ.get("JUMPKIT_CHAOS") else [1])
def test_a_benign_month_wakes_nobody(tmp_path: Path, seed: int) -> None:
    start = datetime(2026, 9, 1, tzinfo=UTC)
    written = write_month(tmp_path / "logs", seed=seed, start=start, days=30, events_per_day=600)
    answer = json.loads(jumpkit(tmp_path / "home", "triage", str(tmp_path / "logs"), "--json"))
    assert answer["events"]["stored"] == written
    assert answer["rules"]["live"] >= 60
    assert not severe(answer)
    assert not [incident for incident in answer["incidents"] if incident["severity"] in {"high", "critical"}]
    assert {f["title"] for f in answer["findings"]}  # it was not quiet for want of looking


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Truth, dict[str, Any], dict[str, set[str]]]:
    """Return the truth of an incident, what triage said, and the rules that hit each event."""
    folder = tmp_path_factory.mktemp("incident")
    truth = write_incident(folder / "logs", seed=1, start=datetime(2026, 9, 14, tzinfo=UTC))
    answer = json.loads(jumpkit(folder / "home", "triage", str(folder / "logs"), "--json"))
    lines = jumpkit(folder / "home", "hunt", answer["case"], "--sql", "SELECT rule, uid FROM hits", "--jsonl")
    hits: dict[str, set[str]] = {}
    for line in map(json.loads, lines.splitlines()):
        if "uid" in line:
            hits.setdefault(line["uid"], set()).add(line["rule"])
    return truth, answer, hits


def test_each_technique_of_the_incident_is_found_in_its_own_events(
    told: tuple[Truth, dict[str, Any], dict[str, set[str]]],
) -> None:
    truth, answer, hits = told
    found = {finding["rule"]: finding for finding in answer["findings"]}
    covered: set[str] = set()
    for step in truth.steps:
        rules = {rule for event in step.events for rule in hits.get(event, ()) if rule in found}
        attack = {technique for rule in rules for technique in found[rule]["attack"]}
        if step.technique in attack:
            covered.add(step.technique)
    assert set(truth.techniques) - covered <= _LOOKS_AS_ALWAYS


def test_the_intrusion_is_one_incident_of_high_severity(
    told: tuple[Truth, dict[str, Any], dict[str, set[str]]],
) -> None:
    truth, answer, _ = told
    high = [incident for incident in answer["incidents"] if incident["severity"] in {"high", "critical"}]
    assert len(high) == 1
    first = min(step.first for step in truth.steps)
    assert first <= high[0]["first"] <= high[0]["last"] < truth.silence.until
    assert {"persistence", "exfiltration", "impact", "credential-access"} <= set(high[0]["tactics"])


def test_what_was_never_logged_is_named(told: tuple[Truth, dict[str, Any], dict[str, set[str]]]) -> None:
    truth, answer, _ = told
    gap = truth.silence
    named = [
        spot
        for spot in answer["blind_spots"]
        if (spot["account"], spot["region"]) == (gap.account, gap.region)
        and spot["from"]
        and spot["to"]
        and spot["from"] <= gap.since
        and spot["to"] >= gap.until
    ]
    assert named
