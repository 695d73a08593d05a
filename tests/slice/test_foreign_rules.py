"""SigmaHQ's rules as a user brings them: the folder loads whole, and what it says is what a plain reading says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml
from command.evidence import record_of
from command.run import Json, hunt, jumpkit, triage
from plain.evaluator import hits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SETS = {
    "invictus": "invictus-aws/CloudTrail",
    "stratus": "stratus/logs",
    "traildiscover": "traildiscover/events",
    "otrf": "otrf-cloud/aws/ec2_proxy_s3_exfiltration_2020-09-14011940.json",
}


def documents(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(folder.rglob("*.yml")):
        for document in yaml.safe_load_all(path.read_text("utf-8")):
            if isinstance(document, dict):
                yield path, document


def test_the_folder_loads_whole(data_dir: Path) -> None:
    folder = data_dir / "sigmahq-cloud"
    said = ("rules", "list", "--rules", folder, "--no-own-rules", "--json")
    rules = jumpkit(None, *said, JUMPKIT_HOME=str(data_dir / "no workspace")).one()["rules"]
    assert len(rules) == len(list(folder.rglob("*.yml")))
    assert [item["rule"] for item in rules if item["live"] is bool(item["reason"])] == []
    live = {item["rule"] for item in rules if item["live"]}
    cloudtrail = {
        document["id"]
        for path, document in documents(folder / "rules" / "cloud" / "aws")
        if document["logsource"].get("service") == "cloudtrail"
    }
    assert len(cloudtrail) == 57
    assert cloudtrail <= live
    for item in rules:
        if not item["live"]:
            assert "read yet" in item["reason"] or len(item["reason"]) > 10


@pytest.mark.parametrize("name", SETS)
def test_hits_are_those_of_a_plain_reading(data_dir: Path, tmp_path: Path, name: str) -> None:
    folder = data_dir / "sigmahq-cloud" / "rules" / "cloud" / "aws" / "cloudtrail"
    rules = {document["id"]: document for _, document in documents(folder)}
    home = tmp_path / "home"
    answer = triage(home, data_dir / SETS[name], "--no-own-rules", "--rules", folder, code=None)
    assert answer["rules"]["loaded"] == answer["rules"]["live"] == 57
    told: dict[str, set[str]] = {}
    for row in hunt(home, "--sql", "SELECT rule, uid FROM hits"):
        told.setdefault(row["rule"], set()).add(row["uid"])
    lines = hunt(home, "--where", "true")
    assert len(lines) == answer["events"]["stored"] + answer["events"]["conflict"]
    events = [record_of(home, line["record"]) for line in lines]
    plain = {rule: {lines[at]["event"] for at in hits(rules[rule], events)} for rule in rules}
    assert told == {rule: found for rule, found in plain.items() if found}
    if name != "otrf":
        assert told
    said = {item["rule"] for item in answer["findings"]}
    assert said == set(told)


def test_our_rules_and_theirs_together(data_dir: Path, tmp_path: Path, invictus: tuple[Path, Json]) -> None:
    """A foreign pack adds findings and takes none away."""
    answer = triage(tmp_path / "home", data_dir / SETS["invictus"], "--rules", data_dir / "sigmahq-cloud")
    ours = {(item["rule"], item["events"]) for item in invictus[1]["findings"]}
    assert ours <= {(item["rule"], item["events"]) for item in answer["findings"]}
    assert answer["rules"]["loaded"] == answer["rules"]["live"] + len(answer["rules"]["not_runnable"])
    assert answer["rules"]["loaded"] == invictus[1]["rules"]["loaded"] + 339
