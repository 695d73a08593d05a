"""What a script meets at the edges: help, stdout, a full disk, an emptied book, a case that nobody named."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command.logs import quiet, write
from command.run import COMMAND, copied, jumpkit, surroundings, triage

if TYPE_CHECKING:
    from collections.abc import Callable

ONE, TWO = "C-2026-0001", "C-2026-0002"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("edges") / "home"
    jumpkit(place, "case", "open", "--title", "one", "--severity", "low")
    return place


@pytest.mark.parametrize("said", [["--help"], ["--version"], ["case", "--help"], ["case", "show", "-h"]])
def test_help_and_version_are_one_object(said: list[str]) -> None:
    body = jumpkit(None, *said, "--json").one()
    assert body["schema"] == "about/1"
    assert body["text"]


def test_options_may_stand_before_the_verb(home: Path) -> None:
    assert jumpkit(None, "case", "--home", home, "--json", "list").one()["cases"]


def test_a_report_on_stdout_is_one_object(home: Path, tmp_path: Path) -> None:
    body = jumpkit(home, "report", "--format", "md", "-o", "-", "--json").one()
    jumpkit(home, "report", "--format", "md", "-o", tmp_path / "r.md")
    assert body["path"] is None
    assert body["content"].startswith("# one")
    assert len(body["content"].encode()) == body["size"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here is always full")
@pytest.mark.parametrize(
    "said", [["case", "list", "--json"], ["case", "list"], ["no-such", "--json"], ["--help", "--json"]]
)
def test_a_full_disk_is_said_and_no_traceback(home: Path, said: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        where = surroundings(JUMPKIT_HOME=str(home))
        done = subprocess.run(
            [*COMMAND, *said], stdout=full, stderr=subprocess.PIPE, env=where, check=False, text=True
        )
    assert done.returncode in {2, 4}
    assert done.stderr.startswith("jumpkit: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("left", [b"", b"SQLite format 3\0", None])
def test_an_emptied_book_is_named_and_nothing_is_begun_anew(home: Path, tmp_path: Path, left: bytes | None) -> None:
    place = copied(home, tmp_path / "home")
    (place / "shelf" / "ab").mkdir(parents=True)
    (place / "shelf" / "ab" / "abc").write_text("evidence")
    for path in place.glob("book.sqlite*"):
        path.unlink()
    if left is not None:
        (place / "book.sqlite").write_bytes(left)
    for said in (["case", "list"], ["case", "open", "--title", "x"], ["triage", str(tmp_path)]):
        error = jumpkit(place, *said, "--json", code=1).one()["error"]
        assert error["kind"] == "tampered"
        assert "book.sqlite" in error["target"]
    assert (place / "book.sqlite").exists() is (left is not None)
    jumpkit(place, "verify", code=None if left is None else 1)


def test_an_empty_folder_is_no_list_of_no_cases(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "book.sqlite").touch()
    assert jumpkit(tmp_path / "home", "case", "list", "--json", code=2).one()["error"]["kind"] == "not_found"


def test_the_case_that_is_meant_is_said(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """A question to the logs means the case triaged last, one to the case book the case worked on last."""
    place = warm(tmp_path / "home")
    logs = write(tmp_path / "logs" / "a.json", *quiet(5))
    triage(place, logs)
    done = jumpkit(place, "report", "--path")
    assert not done.err
    jumpkit(place, "case", "open", "--title", "a call by phone", "--severity", "low")
    jumpkit(place, "baseline", "learn", write(tmp_path / "older" / "b.json", *quiet(6)))
    done = jumpkit(place, "scope", "--json", code=None)
    assert done.one()["case"] == ONE
    assert done.err == f"{ONE}: the case that was triaged last, of 2\n"
    done = jumpkit(place, "case", "show", "--json")
    assert done.one()["case"] == TWO
    assert "worked on last" in done.err
    jumpkit(place, "case", "note", ONE, "--text", "worked on")
    assert jumpkit(place, "case", "show", "--json", "-q").one()["case"] == ONE
    assert not jumpkit(place, "case", "show", "--json", "-q").err


def test_a_duty_of_which_nobody_knows_says_how_to_close_over_it(home: Path, tmp_path: Path) -> None:
    place = copied(home, tmp_path / "home")
    jumpkit(place, "case", "moment", ONE, "aware_personal_data", "now")
    clocks = {each["clock"]: each for each in jumpkit(place, "clocks", ONE, "--json", code=None).one()["clocks"]}
    found = clocks["gdpr-authority"]
    assert (found["applies"], found["blocks_closing"]) == ("unknown", True)
    assert f"jumpkit case duty {ONE} gdpr-authority --not-applicable" in found["way_out"]
    message = jumpkit(place, "case", "close", ONE, "--json", code=4).one()["error"]["message"]
    assert "nothing entered says whether its rule applies" in message
    blocking = [clock for clock, each in clocks.items() if each["blocks_closing"]]
    jumpkit(place, "case", "duty", ONE, *blocking, "--not-applicable", "--signer", "Dana", "--reason", "no such data")
    assert "rule applies" not in jumpkit(place, "case", "close", ONE, "--json", code=4).one()["error"]["message"]
