from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command.run import Json, hunt, jumpkit, report

if TYPE_CHECKING:
    from pathlib import Path


def test_why_a_rule_matched_or_not_is_told_condition_by_condition(accounts: tuple[Path, Json]) -> None:
    """P-12 (`explain`): a non-specialist sees each condition, what it expected and what was there."""
    home, answer = accounts
    finding = next(item for item in answer["findings"] if item["title"] == "Audit trail stopped or deleted")
    told = jumpkit(home, "explain", finding["rule"], finding["sample"][0], "--json").one()
    assert told["matched"] is True
    assert any(item["field"] == "eventName" and item["actual"] == "StopLogging" for item in told["conditions"])
    (other,) = hunt(home, "--where", "api.operation = 'MakeUpSomething2031'")
    told = jumpkit(home, "explain", "audit trail stopped", other["event"], "--json").one()
    assert told["matched"] is False
    text = jumpkit(home, "explain", finding["rule"], finding["sample"][0]).out
    assert "StopLogging" in text
    assert "matches" in text


@pytest.mark.parametrize("fmt", ["html", "md"])
def test_what_to_do_first_is_told_with_commands_risk_and_way_back(accounts: tuple[Path, Json], fmt: str) -> None:
    """P-12: the three things to do first, with the exact calls, what they cost, and the way back."""
    text = report(accounts[0], fmt)
    assert "aws cloudtrail" in text
    assert "What it costs" in text
    assert "The way back" in text
