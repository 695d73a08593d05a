from __future__ import annotations

from typing import TYPE_CHECKING

import jsonschema
import pytest
from command.run import Json, hunt, jumpkit, report

from jumpkit.app.calls import reference
from jumpkit.report.content import attack

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


def test_a_finding_and_its_incident_are_told_in_words(accounts: tuple[Path, Json]) -> None:
    """P-12: what `triage` names is shown as sentences that end in commands, and whole to scripts."""
    home, answer = accounts
    finding = next(item for item in answer["findings"] if item["incident"])
    text = jumpkit(home, "show", finding["finding"]).out
    assert finding["title"] in text
    assert f"jumpkit show {finding['sample'][0]}" in text
    assert '"finding"' not in text, "no JSON where a person reads"
    incident = jumpkit(home, "show", finding["incident"], "--json").one()
    text = jumpkit(home, "show", finding["incident"]).out
    assert all(name in text for name in incident["findings"])


@pytest.mark.parametrize("fmt", ["html", "md"])
def test_what_to_do_first_is_told_with_commands_risk_and_way_back(accounts: tuple[Path, Json], fmt: str) -> None:
    """P-12: the three things to do first, with the exact calls, what they cost, and the way back."""
    text = report(accounts[0], fmt)
    assert "aws cloudtrail" in text
    assert "What it costs" in text
    assert "The way back" in text
    assert "jumpkit respond --" in text


def test_a_call_is_explained_without_any_workspace(tmp_path: Path) -> None:
    """P-12: the built-in reference tells a call offline: what it does, why it matters, how it is taken back."""
    body = jumpkit(tmp_path / "none", "explain", "aws:cloudtrail:StopLogging", "--json").one()
    jsonschema.validate(body, jumpkit(None, "schema", "call", "--json").one())
    assert body["attack"] == ["T1562.008"]
    assert body["undo"].startswith("StartLogging")
    assert "trail" in jumpkit(tmp_path / "none", "explain", "aws:cloudtrail:stoplogging").out
    assert (
        jumpkit(tmp_path / "none", "explain", "aws:ec2:MakeUp", "--json", code=2).one()["error"]["kind"] == "not_found"
    )


def test_an_event_or_a_bare_call_is_explained(accounts: tuple[Path, Json]) -> None:
    home, answer = accounts
    finding = next(item for item in answer["findings"] if item["attack"] == ["T1562.008"])
    body = jumpkit(home, "explain", finding["sample"][0], "--json").one()
    jsonschema.validate(body, jumpkit(None, "schema", "told", "--json").one())
    assert body["call"]["call"] == "aws:cloudtrail:StopLogging"
    assert any("StartLogging" in line for line in body["told"])
    assert jumpkit(home, "explain", "StopLogging", "--json").one()["call"] == "aws:cloudtrail:StopLogging"
    assert jumpkit(home, "explain", "UpdateIPSet", "--json", code=2).one()["error"]["hint"].count("aws:") == 2


def test_the_reference_has_no_blanks() -> None:
    """P-12: every call of the reference has what it does, why it matters, what to ask and how it is taken back."""
    known = attack()["techniques"]
    seen = set()
    for call in reference().values():
        for text in (call.does, call.matters, call.ask, call.undo):
            assert text.endswith((".", "?")), call.name
            assert 8 <= len(text) <= 200, call.name
        assert call.ask.endswith("?"), call.name
        assert call.attack, call.name
        assert set(call.attack) <= set(known), call.name
        assert call.reads or call.object, call.name
        assert call.service.endswith(".amazonaws.com")
        seen.add(call.name)
    assert len(seen) >= 500
    changing = [call for call in reference().values() if not call.reads]
    assert len({call.does for call in changing}) > 0.9 * len(changing)


def test_a_correlation_says_how_many_it_counted(invictus: tuple[Path, Json]) -> None:
    """P-12: what a correlation asks for, and how many events of the caller met it around the event that is asked of."""
    home, answer = invictus
    (finding,) = [each for each in answer["findings"] if each["title"] == "Many buckets deleted"]
    told = jumpkit(home, "explain", finding["rule"], finding["sample"][0], "--json").one()
    (count,) = [each for each in told["conditions"] if each["condition"] == "count"]
    assert count["held"] is True
    assert "at least 5 within 1,800 s" in count["expected"]
    assert count["actual"].startswith("5 events")
