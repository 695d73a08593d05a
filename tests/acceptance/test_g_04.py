"""G-04: who can be reached, by which ways, and when that was last tried; what is unknown is never good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command.people import example, valid, written
from command.run import Json, assert_intact, entries, jumpkit

if TYPE_CHECKING:
    from pathlib import Path

NOW = "2026-11-20T10:00:00Z"
POOR = """
contacts:
  lone:
    name: "Lone Ranger \\e[2J"
    kind: internal
    channels: [{kind: phone, address: "1"}]
  desk:
    name: Desk of the regulator
    kind: regulator
    office: true
    hours: always
    verified: 2025-01-01
    channels:
      - {kind: mail, address: a@regulator.example, verified: 2026-11-19}
      - {kind: phone, address: "2"}
  ahead:
    name: Verified tomorrow
    kind: partner
    deputy: ahead
    zone: Asia/Kolkata
    hours: {from: "22:00", to: "06:00"}
    verified: 2027-01-01
    channels: [{kind: phone, address: "3"}, {kind: mail, address: x@example.com, depends_on: [nowhere]}]
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    valid(jumpkit(home, "contact", "import", written(tmp_path), "--json").one())
    return home


def lacking(body: Json) -> set[tuple[str, str]]:
    return {(each["entry"], each["kind"]) for each in body["lacks"]}


def check(home: Path, code: int, at: str = NOW) -> set[tuple[str, str]]:
    return lacking(valid(jumpkit(home, "contact", "check", "--at", at, "--json", code=code).one()))


def test_a_directory_that_is_whole_passes_and_grows_stale(home: Path) -> None:
    assert check(home, 0) == set()
    assert check(home, 1, "2027-02-15T00:00:00Z") == {("asha", "stale")}
    assert_intact(home)


def test_each_thing_that_lacks_is_named(home: Path, tmp_path: Path) -> None:
    body = jumpkit(home, "contact", "import", written(tmp_path, POOR), "--replace", "--json").one()
    assert body["removed"] == ["contacts/asha", "contacts/bo", "contacts/counsel"]
    found = check(home, 1)
    assert found == {
        ("lone", "single_channel"),
        ("lone", "no_deputy"),
        ("lone", "hours_unknown"),
        ("lone", "zone_unknown"),
        ("lone", "unverified"),
        ("desk", "stale"),
        ("ahead", "unverified"),
        ("ahead", "no_deputy"),
        ("ahead", "service_unknown"),
    }
    said = jumpkit(home, "contact", "list").out + jumpkit(home, "contact", "check", code=1).out
    assert "\x1b" not in said


def test_nobody_known_is_not_good(tmp_path: Path) -> None:
    jumpkit(tmp_path / "home", "case", "open", "--title", "x")
    assert check(tmp_path / "home", 1) == set()
    assert "nobody is known" in jumpkit(tmp_path / "home", "contact", "check", code=1).out


def test_a_try_counts_for_the_address_that_was_tried(home: Path, tmp_path: Path) -> None:
    told = ("--channel", "phone", "--by", "Bo", "--how", "a call", "--json")
    body = valid(jumpkit(home, "contact", "verify", "asha", "--failed", *told).one())
    assert body["tried"] == [{"verification": "V-1", "channel": "phone"}]
    assert ("asha", "failed") in lacking(jumpkit(home, "contact", "check", "--json", code=1).one())
    jumpkit(home, "contact", "verify", "asha", *told)
    shown = valid(jumpkit(home, "contact", "show", "asha", "--json").one())
    assert shown["channels"][1]["last_state"] == "verified"
    assert shown["channels"][1]["last_person"] == "Bo"
    changed = example().replace("+49 30 5550101", "+49 30 5550102").replace("verified: 2026-11-02", "")
    jumpkit(home, "contact", "import", written(tmp_path, changed))
    shown = jumpkit(home, "contact", "show", "asha", "--json").one()
    assert shown["channels"][1]["last_state"] == "unverified", "another number was never tried"
    ahead = jumpkit(home, "contact", "verify", "asha", "--at", "2126-01-01", "--json", code=2).one()
    assert "yet to come" in ahead["error"]["message"]
    jumpkit(home, "contact", "verify", "nobody", "--json", code=2)
    assert_intact(home)
    assert "5550101" not in str(entries(home, "workspace")), "the log, which is never purged, holds no number"


def test_hours_are_those_of_the_contact(home: Path) -> None:
    def now(at: str) -> bool | None:
        found: bool | None = jumpkit(home, "contact", "show", "asha", "--at", at, "--json").one()["reachable_now"]
        return found

    assert now("2026-11-20T07:00:00Z") is True, "eight in the morning in Berlin"
    assert now("2026-07-20T06:00:00Z") is True, "and in summer"
    assert now("2026-11-20T06:59:59Z") is False
    assert now("2026-11-21T10:00:00Z") is False, "Saturday"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("contacts: [a]", "map"),
        ("people: {}", "section"),
        ("contacts: {asha: {name: A}}", "kind"),
        ("contacts: {asha: {name: A, kind: internal, phone: '1'}}", "phone"),
        ("contacts: {asha: {name: A, kind: internal, zone: Europe/Atlantis}}", "Atlantis"),
        ("contacts: {Asha Rao: {name: A, kind: internal}}", "Asha Rao"),
        ("contacts: &a {}", "anchors"),
        ("rotas: {r: {zone: UTC, swaps: [{person: a, from: '2026-02-01', to: '2026-01-01'}]}}", "ends before"),
    ],
)
def test_what_is_not_understood_is_named_and_nothing_taken(home: Path, tmp_path: Path, text: str, word: str) -> None:
    error = jumpkit(home, "contact", "import", written(tmp_path, text), "--json", code=2).one()["error"]
    assert word in error["message"]
    assert check(home, 0) == set()


def test_on_call_by_command(home: Path, tmp_path: Path) -> None:
    def now(at: str) -> list[str]:
        body = valid(jumpkit(home, "oncall", "show", "--at", at, "--json").one())
        return [each["person"] for each in body["rotas"][0]["now"]]

    assert now("2026-01-05T08:00:00Z") == ["asha"]
    assert now("2026-01-12T07:59:59Z") == ["asha"]
    assert now("2026-01-12T08:00:00Z") == ["bo"]
    assert now("2026-06-29T07:00:00Z") == ["bo"], "nine in the morning in summer"
    assert now("2026-06-29T06:59:59Z") == ["asha"]
    assert now("2026-12-25T00:00:00Z") == ["bo"], "a swap"
    valid(jumpkit(home, "oncall", "check", "--at", NOW, "--json").one())
    holes = example().replace("handover:", "until: 2026-12-01, handover:").replace("bo], starts", "zoe], starts")
    jumpkit(home, "contact", "import", written(tmp_path, holes))
    body = valid(jumpkit(home, "oncall", "check", "--at", NOW, "--json", code=1).one())
    assert [(each["kind"], each["from"]) for each in body["problems"]] == [
        ("gap", "2026-12-01T08:00:00Z"),
        ("gap", "2026-12-27T08:00:00Z"),
        ("unknown_contact", None),
    ]
    shown = jumpkit(home, "oncall", "show", "--at", "2026-12-02T00:00:00Z", "--json", code=1).one()
    assert shown["rotas"][0]["because"]


def test_a_case_asks_who_is_on_call(home: Path) -> None:
    case = jumpkit(home, "case", "open", "--title", "x", "--json").one()["case"]
    body = jumpkit(home, "oncall", "propose", case, "--json").one()
    asked = [each for each in body["roles"] if each["role"] == "manager" and each["entry"]]
    assert asked[0]["name"] in {"Asha Rao", "Bo Lindqvist"}
    assert asked[0]["accepted"] is None, "who was asked is not yet manager"
    assert_intact(home)


def test_it_works_on_a_server_too(postgres_book: str, tmp_path: Path) -> None:
    def run(*said: str | Path, code: int = 0) -> Json:
        return jumpkit(tmp_path / "home", *said, "--json", code=code, JUMPKIT_BOOK=postgres_book).one()

    run("contact", "import", written(tmp_path))
    run("contact", "verify", "bo", "--channel", "signal", "--failed")
    assert lacking(run("contact", "check", "--at", NOW, code=0)) == set(), "the try lies after that moment"
    assert ("bo", "failed") in lacking(run("contact", "check", code=1))
    assert run("oncall", "show")["rotas"]
    assert run("verify")["intact"] is True
