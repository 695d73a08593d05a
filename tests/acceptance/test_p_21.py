from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import jsonschema
import pytest
from command.run import Json, hunt, jumpkit, show, sums, triage

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


def test_each_abused_call_of_the_collection_has_words(many: tuple[Path, Json]) -> None:
    """P-21: the calls that intruders use are told of by the reference, all of them; others are counted as unknown."""
    home, answer = many
    body = jumpkit(home, "calls", answer["case"], "--json").one()
    jsonschema.validate(body, jumpkit(None, "schema", "calls-seen", "--json").one())
    assert body["counts"]["calls"] >= 250
    assert body["counts"]["unknown"] == sum(not item["known"] for item in body["items"])
    assert body["counts"]["unknown"] <= 0.03 * body["counts"]["calls"]


def test_names_that_nobody_knows_are_counted(accounts: tuple[Path, Json]) -> None:
    home, answer = accounts
    body = jumpkit(home, "calls", answer["case"], "--json").one()
    unknown = {item["call"] for item in body["items"] if not item["known"]}
    assert "aws:iam:MakeUpSomething2031" in unknown
    assert body["limits"]
    assert "nothing is told of it" in jumpkit(home, "calls", answer["case"]).out
    (event,) = [line["event"] for line in hunt(home, "--where", "api.operation = 'MakeUpSomething2031'")]
    assert any("tells nothing of MakeUpSomething2031" in line for line in show(home, event)["told"])
