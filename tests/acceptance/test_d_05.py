from __future__ import annotations

from typing import TYPE_CHECKING

from command.run import jumpkit

if TYPE_CHECKING:
    from pathlib import Path


def test_sigma_rules_run_without_a_siem_and_the_others_say_why(data_dir: Path) -> None:
    """D-05: foreign Sigma rules run locally; a rule whose source is absent is not runnable, with the reason."""
    folder = data_dir / "sigmahq-cloud" / "rules"
    rules = jumpkit(None, "rules", "list", "--rules", folder, "--no-own-rules", "--json").one()["rules"]
    waiting = [item for item in rules if not item["live"]]
    assert waiting
    for item in waiting:
        assert item["reason"].startswith("needs ") or len(item["reason"]) > 10
    aws = [item for item in rules if "aws/cloudtrail" in item["sources"]]
    assert len(aws) >= 57
    assert len([item for item in aws if item["live"]]) / len(aws) >= 0.95


def test_the_same_is_said_to_people(data_dir: Path) -> None:
    """D-05: the list that people read names the reason too."""
    told = jumpkit(None, "rules", "list", "--rules", data_dir / "sigmahq-cloud" / "rules" / "identity").out
    assert "okta" in told
    assert "does not read yet" in told
