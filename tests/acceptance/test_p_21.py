from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from command.run import Json, jumpkit, show, sums, triage

from jumpkit.app.lakes import open_case
from jumpkit.app.settings import settle
from jumpkit.app.telling import told
from jumpkit.app.workspace import Opening, reading

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def many(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Json]:
    """Triage one real event for each of some three hundred calls that intruders use."""
    home = tmp_path_factory.mktemp("many") / "home"
    return home, triage(home, data_dir / "traildiscover" / "events", code=None)


def test_every_record_of_the_collection_is_one_event(many: tuple[Path, Json]) -> None:
    """P-21: nothing is left unparsed; names that nobody knows are events too."""
    events = many[1]["events"]
    assert sums(events)
    assert events["rejected"] == 0
    assert events["stored"] >= 300


def test_each_of_the_calls_that_matter_is_told_in_words(many: tuple[Path, Json]) -> None:
    """P-21: who, what, on what, from where, with what result, why it matters, and the next question."""
    home, answer = many
    opening = Opening(home, lambda: datetime.now(UTC), "tester", settle(home, {}))
    calls = set()
    with reading(opening) as desk, open_case(desk, answer["case"]) as lake, desk.book.read() as tx:
        for row in lake.rows("SELECT * FROM events"):
            sentences = told(tx, lake, answer["case"], row, unmask=False)
            calls.add(row["api"]["operation"])
            assert row["api"]["operation"] in sentences[0]
            assert row["metadata"]["original_time"] in sentences[0]
            assert sentences[0].endswith(".")
            assert any(word in sentences[0] for word in ("succeeded", "refused or failed", "it failed"))
            assert any(line.startswith(("Why it matters", "No rule")) for line in sentences)
            assert not any("None" in line for line in sentences), sentences
            if row["principal"]["uid"]:
                assert sentences[-1].startswith("Next question")
    assert len(calls) >= 200


def test_the_command_says_it_to_people_and_scripts(accounts: tuple[Path, Json]) -> None:
    """P-21: `show` tells an event in words, with the rule's reason and its ATT&CK id."""
    home, answer = accounts
    finding = next(item for item in answer["findings"] if item["attack"] == ["T1562.008"])
    event = show(home, finding["sample"][0])
    assert "eve (IAMUser) called StopLogging of cloudtrail.amazonaws.com" in event["told"][0]
    assert "from 198.51.100.7: it succeeded" in event["told"][0]
    assert any("T1562.008" in line and finding["title"] in line for line in event["told"])
    assert "It names name main." in event["told"]
    text = jumpkit(home, "show", finding["sample"][0]).out
    assert text.startswith(event["told"][0])
    assert json.loads(text[text.index("{\n") :])["raw"]["eventName"] == "StopLogging"
