"""What scripts are promised: the objects, the exit codes, and that nothing else is on stdout."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest
from command.logs import ACCOUNT, at, call, quiet, user, write
from command.run import Json, assert_intact, copied, entries, hunt, jumpkit, listing, report, show, sums, triage

if TYPE_CHECKING:
    from collections.abc import Callable


def words(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


@cache
def schema(name: str) -> Json:
    found = jumpkit(None, "schema", name, "--json").one()
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def fits(name: str, body: Json) -> Json:
    jsonschema.validate(body, schema(name), jsonschema.Draft202012Validator)
    return body


def test_triage(invictus: tuple[Path, Json]) -> None:
    answer = fits("triage", invictus[1])
    assert answer["schema"] == "triage/1"
    assert sums(answer["events"])
    for item in answer["findings"]:
        assert item["first"] <= item["last"]
        assert item["origin"]["uid"]
        assert item["origin"]["resolved"] or item["origin"]["why"]
    assert Path(answer["reports"]["html"]).is_file()


def test_hunt(invictus: tuple[Path, Json]) -> None:
    for line in jumpkit(invictus[0], "hunt", "--where", "api.operation = 'CreateUser'", "--jsonl").lines():
        fits("hunt", line)
    body = jumpkit(invictus[0], "hunt", "--where", "api.operation = 'CreateUser'", "--json").one()
    assert body["total"] == len(body["matches"]) == 4


def test_show(invictus: tuple[Path, Json]) -> None:
    home, answer = invictus
    finding, incident = answer["findings"][0], answer["incidents"][0]
    assert fits("finding", show(home, finding["finding"])).items() >= finding.items()
    assert fits("incident", show(home, incident["incident"])).items() >= incident.items()
    event = fits("event", show(home, finding["sample"][0]))
    assert event["ocsf"]["api"]["operation"] == event["raw"]["eventName"]
    case = fits("case", show(home, answer["case"]))
    assert sorted(case["findings"]) == sorted(item["finding"] for item in answer["findings"])
    assert case == fits("case", jumpkit(home, "case", "show", "--json").one())


def test_explain(invictus: tuple[Path, Json]) -> None:
    home, answer = invictus
    finding = next(item for item in answer["findings"] if item["events"] == 1)
    body = fits("explain", jumpkit(home, "explain", finding["rule"], finding["sample"][0], "--json").one())
    assert body["matched"] is True
    other = hunt(home, "--where", "api.operation = 'DescribeVpcs'")[0]["event"]
    body = fits("explain", jumpkit(home, "explain", finding["rule"], other, "--json").one())
    assert body["matched"] is False
    assert any(not item["held"] for item in body["conditions"])


def test_rules_verify_and_lists(invictus: tuple[Path, Json]) -> None:
    home = invictus[0]
    rules = fits("rules", jumpkit(home, "rules", "list", "--json").one())["rules"]
    assert [(item["rule"], item["reason"]) for item in rules if not item["live"]] == []
    assert len(rules) == invictus[1]["rules"]["loaded"]
    fits("verify", jumpkit(home, "verify", "--json").one())
    (case,) = jumpkit(home, "case", "list", "--json").one()["cases"]
    assert case["case"] == invictus[1]["case"]
    assert jumpkit(home, "sources", "list", "--json").one()["sources"]


def test_every_schema_is_one_and_is_used_here() -> None:
    names = set(jumpkit(None, "schema", "--json").one()["schemas"])
    here = {"triage", "hunt", "event", "finding", "incident", "case", "explain", "rules", "verify", "error"}
    assert here <= names, "the others are held against real output by the acceptance test of their row"
    for name in names:
        schema(name)


@pytest.fixture(scope="module")
def spare(invictus: tuple[Path, Json], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(invictus[0], tmp_path_factory.mktemp("spare") / "home")


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (["show", "F-nothing"], 2),
        (["explain", "no such rule", "no such event"], 2),
        (["hunt", "--where", "no such ("], 2),
        (["hunt", "--sql", "DELETE FROM events"], 4),
        (["hunt", "--sql", "SELECT * FROM read_text('book.sqlite')"], 4),
        (["hunt"], 2),
        (["triage", "."], 2),
        (["report", "--format", "pdf"], 2),
        (["verify", "C-1999-0001"], 2),
        (["case", "show", "C-1999-0001"], 2),
        (["case", "purge", "C-2026-0001"], 4),
        (["triage", "x", "--from", "yesterday"], 2),
        (["triage", "x", "--fail-on", "bad"], 2),
        (["triage", "x", "--estate", "no/such/file"], 2),
        (["triage", "x", "--rules", "no/such/folder"], 2),
        (["triage", "x", "--case", "C-1999-0001"], 2),
    ],
    ids=words,
)
def test_failures_are_one_object(spare: Path, tmp_path: Path, said: list[str], code: int) -> None:
    logs = write(tmp_path / "x.json", *quiet(1))
    told = [str(logs) if word == "x" else word for word in said]
    if said == ["triage", "."]:
        told = ["triage", str(tmp_path / "not there")]
    body = fits("error", jumpkit(spare, *told, "--json", code=code).one())["error"]
    assert body["message"]
    assert body["hint"]


def test_fail_on_is_about_severity(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    home = warm(tmp_path / "home")
    logs = write(tmp_path / "logs" / "a.json", *quiet(5), call("cloudtrail", "StopLogging", user("eve"), at(9)))
    answer = triage(home, logs)
    (worst,) = {item["severity"] for item in answer["findings"]}
    assert worst == "high"
    for severity, code in (("critical", 0), ("high", 1), ("low", 1)):
        body = triage(home, logs, "--fail-on", severity, code=code)
        assert body["findings"] == answer["findings"]


def test_people_read_what_scripts_read(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    home = warm(tmp_path / "home")
    logs = write(tmp_path / "logs" / "a.json", *quiet(5), call("cloudtrail", "StopLogging", user("eve"), at(9)))
    done = jumpkit(home, "triage", logs)
    assert "Case C-" in done.out
    assert "6 stored" in done.out
    assert "HIGH" in done.out
    assert "\x1b" not in done.out + done.err, "no color and no progress where the stream is no terminal"
    assert done.err == ""


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (["--from", at(10)], 20),
        (["--to", at(10)], 10),
        (["--from", at(10), "--to", at(12)], 2),
        (["--account", ACCOUNT], 20),
        (["--region", "eu-west-1"], 10),
        (["--account", ACCOUNT, "--account", "444455556666", "--region", "eu-central-1"], 20),
    ],
    ids=words,
)
def test_what_is_outside_is_counted(tmp_path: Path, warm: Callable[[Path], Path], said: list[str], kept: int) -> None:
    first, second = quiet(20), [call("s3", "ListBuckets", user("bo", "444455556666"), at(n + 20)) for n in range(10)]
    logs = write(tmp_path / "logs" / "a.json", *first, *(record | {"awsRegion": "eu-west-1"} for record in second))
    home = warm(tmp_path / "home")
    answer = fits("triage", triage(home, logs, *said))
    assert (answer["events"]["stored"], answer["events"]["outside"]) == (kept, 30 - kept)
    assert sums(answer["events"])
    whole = triage(home, logs)
    assert whole["case"] == answer["case"]
    assert whole["events"]["stored"] == 30 - kept, "what was left out comes in when it is asked for"
    assert sums(whole["events"])


def test_in_place_copies_nothing(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    home = warm(tmp_path / "home")
    logs = write(tmp_path / "logs" / "a.json", *quiet(20), call("cloudtrail", "StopLogging", user("eve"), at(9)))
    before = listing(logs.parent)
    answer = triage(home, logs, "--in-place")
    assert answer["inputs"]["sealed"] == 1
    assert [path for path in (home / "shelf").rglob("*") if path.is_file()] == []
    assert listing(logs.parent) == before
    assert_intact(home)
    (line,) = hunt(home, "--where", "api.operation = 'StopLogging'")
    assert show(home, line["event"])["raw"]["eventName"] == "StopLogging"
    logs.write_text(logs.read_text("utf-8").replace("asha", "oleg"), "utf-8")
    body = jumpkit(home, "verify", "--json", code=1).one()
    assert any(str(logs) in problem["where"] for problem in body["problems"])


ESTATE = f"""
accounts: {{"{ACCOUNT}": production}}
networks: [198.51.100.0/24]
people: ["arn:aws:iam::{ACCOUNT}:user/*"]
regions: [eu-central-1]
data_classes: {{pii: [customer-*]}}
working_hours: {{zone: Europe/Berlin, from: "08:00", to: "19:00", days: [mon, tue, wed, thu, fri]}}
"""


def test_an_estate_turns_guesses_into_statements(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    home = warm(tmp_path / "home")
    logs = write(tmp_path / "logs" / "a.json", *quiet(9), call("cloudtrail", "StopLogging", user("eve"), at(9)))
    answer = triage(home, logs)
    without = report(home, "md")
    assert "estate" in without.lower(), "a report that guesses says so"
    estate = tmp_path / "estate.yaml"
    estate.write_text(ESTATE, "utf-8")
    triage(home, logs, "--estate", estate)
    told = jumpkit(home, "report", "--format", "html", "-o", "-").out
    assert "the estate file says so" in told
    assert "probably human" not in told
    again = triage(home, logs, "--estate", estate)
    assert again["case"] == answer["case"]
    assert_intact(home)


def test_every_command_that_writes_is_in_the_ledger(workspace: Path) -> None:
    log = "C-2026-0001"
    before = len(entries(workspace, log))
    event = hunt(workspace, "--where", "api.operation = 'StopLogging' or api.operation = 'CreateUser'")[0]["event"]
    assert len(entries(workspace, log)) == before, "reading adds nothing"
    show(workspace, event, "--unmask")
    report(workspace, "csv", "--unmask")
    jumpkit(workspace, "hunt", "--where", "false", "--jsonl", "--unmask")
    added = entries(workspace, log)[before:]
    told = [(line["kind"], json.dumps(line["body"])) for line in added if line["kind"] == "unmask"]
    assert [kind for kind, _ in told] == ["unmask"] * 3
    assert event in told[0][1]
    assert "csv" in told[1][1]
    assert "hunt" in told[2][1]
    assert_intact(workspace)


def test_what_fails_changes_nothing(spare: Path, invictus: tuple[Path, Json]) -> None:
    assert len(entries(spare, "workspace")) == len(entries(invictus[0], "workspace"))
    assert len(entries(spare, "C-2026-0001")) == len(entries(invictus[0], "C-2026-0001"))
    assert_intact(spare)
