"""G-12, first cut: the paths to a provider, what each needs, when it was last tried; and what a case asked by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command.people import example, valid, written
from command.run import Json, assert_intact, jumpkit

if TYPE_CHECKING:
    from pathlib import Path

NOW = "2026-11-20T10:00:00Z"
TRIED = ("security-ir", "support-case", "support-api", "tam")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    jumpkit(home, "contact", "import", written(tmp_path))
    return home


def lacking(home: Path, code: int, at: str = NOW) -> set[tuple[str, str]]:
    body = valid(jumpkit(home, "provider", "paths", "check", "--at", at, "--json", code=code).one())
    return {(each["path"], each["kind"]) for each in body["lacks"]}


def paths(home: Path, *said: str) -> dict[str, Json]:
    body = valid(jumpkit(home, "provider", "paths", "list", *said, "--at", NOW, "--json").one())
    assert [each["place"] for each in body["providers"][0]["paths"]] == list(range(1, 8))
    return {each["path"]: each for each in body["providers"][0]["paths"]}


def test_paths_are_ordered_and_say_what_they_need(home: Path) -> None:
    found = paths(home, "aws")
    assert found["tam"]["whose"] == "own", "the client's own word stands before ours"
    assert found["tam"]["place"] == 1
    assert {each["need"]: each["state"] for each in found["support-api"]["needs"]} == {
        "support_plan": "met",
        "account_ids": "met",
        "api_credentials": "unknown",
    }
    shipped = [each for each in found.values() if each["whose"] == "shipped"]
    assert all(each["sources"] and (each["checked"] or each["unverified"]) for each in shipped)
    assert "*unverified*" in jumpkit(home, "provider", "paths", "list", "aws").out


def test_a_plan_that_nobody_wrote_down_is_unknown_and_a_small_one_is_missing(home: Path, tmp_path: Path) -> None:
    jumpkit(home, "contact", "import", written(tmp_path, example().replace("plan: enterprise", "plan: developer")))
    assert ("support-api", "need_missing") in lacking(home, 1)
    jumpkit(home, "contact", "import", written(tmp_path, example().replace("plan: enterprise", "title: AWS")))
    assert ("support-api", "need_unknown") in lacking(home, 1)
    jumpkit(tmp_path / "bare", "case", "open", "--title", "x")
    assert ("", "no_provider") in lacking(tmp_path / "bare", 1), "nothing written down is not good"


def test_what_was_not_tried_for_a_year_is_named(home: Path) -> None:
    untried = {path for path, kind in lacking(home, 1) if kind == "untried"}
    assert untried == set(TRIED), "nobody calls an abuse desk for practice"
    asked, answered = "2026-03-01T09:00:00Z", "2026-03-01T09:12:30Z"
    for path in TRIED:
        told = ("--asked", asked, "--answered", answered, "--by", "Asha", "--json")
        body = valid(jumpkit(home, "provider", "paths", "try", "aws", path, *told).one())
        assert body["minutes"] == 12.5
    assert not {kind for _, kind in lacking(home, 1)} & {"untried", "stale", "failed"}
    assert {path for path, kind in lacking(home, 1, "2027-03-03T00:00:00Z") if kind == "stale"} == set(TRIED)
    jumpkit(home, "provider", "paths", "try", "aws", "tam", "--asked", "2026-10-01T00:00:00Z", "--silent")
    assert ("tam", "failed") in lacking(home, 1)
    assert paths(home)["support-case"]["last"]["minutes"] == 12.5
    assert_intact(home)


@pytest.mark.parametrize(
    "told",
    [
        ("aws", "tam"),
        ("aws", "tam", "--silent", "--answered", "2026-01-01T00:00:00Z"),
        ("aws", "pigeon", "--silent"),
        ("nimbus", "tam", "--silent"),
        ("aws", "tam", "--asked", "2026-01-02T00:00:00Z", "--answered", "2026-01-01T00:00:00Z"),
        ("aws", "tam", "--asked", "2126-01-02T00:00:00Z", "--silent"),
    ],
)
def test_a_try_that_cannot_be_is_refused(home: Path, told: tuple[str, ...]) -> None:
    error = jumpkit(home, "provider", "paths", "try", *told, "--json", code=2).one()["error"]
    assert error["message"]


def exchanged(home: Path, **more: str) -> None:
    def run(*said: str, code: int = 0) -> Json:
        return jumpkit(home, "case", *said, "--json", code=code, **more).one()

    run("open", "--title", "Taken over", "--severity", "critical")
    ask = ("--provider", "aws", "--path", "support-case", "--question", "Freeze 111122223333", "--by", "Asha")
    run("exchange", "C-2026-0001", *ask, "--asked", "2026-03-01T09:00:00Z", "--reference", "17171717")
    clock = {each["clock"]: each for each in jumpkit(home, "clocks", "--json", code=None, **more).one()["clocks"]}
    assert clock["aws-support-enterprise"]["due"] == "2026-03-01T09:15:00Z"
    assert clock["aws-support-enterprise"]["state"] == "breached", "silence of a provider is seen"
    early = ("--answer", "done", "--answered", "2026-03-01T08:00:00Z")
    assert run("exchange", "C-2026-0001", "E-1", *early, code=2)["error"]["kind"] == "usage"
    run("exchange", "C-2026-0001", "E-1", "--answer", "done", "--answered", "2026-03-01T09:10:00Z")
    assert run("exchange", "C-2026-0001", "E-1", "--answer", "again", code=4)["error"]["kind"] == "refused"
    clock = {each["clock"]: each for each in jumpkit(home, "clocks", "--json", code=None, **more).one()["clocks"]}
    assert clock["aws-support-enterprise"]["state"] == "met"
    [row] = valid(run("exchange", "C-2026-0001"))["exchanges"]
    assert (row["path"], row["reference"], row["asker"]) == ("support-case", "17171717", "Asha")
    kinds = [each["kind"] for each in run("journal", "C-2026-0001")["entries"]]
    assert [kind for kind in kinds if kind.startswith("provider.")] == ["provider.asked", "provider.answered"]


def test_a_case_logs_what_it_asked_of_a_provider_and_the_clock_runs(home: Path, tmp_path: Path) -> None:
    exchanged(home)
    assert_intact(home)
    made = jumpkit(home, "case", "export", "C-2026-0001", "-o", tmp_path / "a.zip", "--json").one()
    again = jumpkit(tmp_path / "other", "case", "import", tmp_path / "a.zip", "--json").one()
    assert again["sha256"] == made["sha256"]
    assert jumpkit(tmp_path / "other", "case", "show", "--json").one()["exchanges"][0]["answer"] == "done"


def test_it_works_on_a_server_too(postgres_book: str, tmp_path: Path) -> None:
    exchanged(tmp_path / "home", JUMPKIT_BOOK=postgres_book)
    assert jumpkit(tmp_path / "home", "verify", "--json", JUMPKIT_BOOK=postgres_book).one()["intact"] is True
