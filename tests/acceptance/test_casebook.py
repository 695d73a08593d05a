"""The case book and the clocks by command, as outside checks use them."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

import jsonschema
import pytest
from command.run import Done, Json, assert_intact, copied, jumpkit, report

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "\x1b[2J<script>alert(1)</script>\u202e"


def valid(body: Json, name: str) -> Json:
    schema = json.loads((files("jumpkit.content") / "schemas" / f"{name}.json").read_text("utf-8"))
    jsonschema.validate(body, schema)
    return body


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with one case that was opened by hand."""
    home = tmp_path_factory.mktemp("opened") / "home"
    body = jumpkit(home, "case", "open", "--title", f"Keys {HOSTILE}", "--severity", "high", "--json").one()
    assert (body["case"], body["state"], body["severity"]) == ("C-2026-0001", "new", "high")
    valid(body, "case")
    return home


@pytest.fixture
def home(opened: Path, tmp_path: Path) -> Path:
    return copied(opened, tmp_path / "home")


def case(home: Path, verb: str, *said: str, code: int = 0) -> Json:
    return jumpkit(home, "case", verb, "C-2026-0001", *said, "--json", code=code).one()


def clocks(home: Path, *said: str, code: int | None = None) -> dict[str, Json]:
    body = valid(jumpkit(home, "clocks", "C-2026-0001", *said, "--json", code=code).one(), "clocks")
    return {each["clock"]: each for each in body["clocks"]}


def test_g_15_deadlines_by_command(home: Path, tmp_path: Path) -> None:
    """G-15, G-05: an anchor that is set lists its clocks with due; before it, due is null and a reason is there."""
    assert all(each["due"] is None and each["because"] for each in clocks(home, code=0).values())
    valid(case(home, "moment", "aware_personal_data", "2026-03-28T23:30+01:00"), "case")
    case(home, "moment", "materiality_determined", "2025-11-26")
    found = clocks(home, "--at", "2026-03-29T00:00Z", code=1)
    assert found["gdpr-authority"]["due"] == "2026-03-31T22:30:00Z"
    assert found["gdpr-authority"]["state"] == "running"
    assert found["sec-8k"]["due"] == "2025-12-04T04:59:59Z"
    assert found["sec-8k"]["state"] == "breached"
    said = jumpkit(home, "clocks", "--at", "2026-03-29T00:00Z", "--ics", tmp_path / "due.ics", code=1).out
    assert "*unverified*" in said
    assert "Wed 2025-12-03 23:59:59 EST" in said
    feed = (tmp_path / "due.ics").read_bytes()
    assert b"DTSTART:20260331T223000Z\r\n" in feed
    assert b"\x1b" not in feed
    assert max(map(len, feed.split(b"\r\n"))) <= 75
    case(home, "duty", "sec-8k", "--not-applicable", "--signer", "counsel", "--reason", "not listed")
    case(home, "data", "--class", "pii", "--jurisdiction", "eu")
    found = clocks(home, "--at", "2026-03-29T00:00Z", code=0)
    assert found["gdpr-authority"]["applies"] == "yes"
    assert_intact(home)


def test_p_05_closing_is_refused_with_what_is_missing(home: Path) -> None:
    """P-05, M-01: exit 4, named; the same for a jump over states."""
    error = case(home, "close", code=4)["error"]
    assert error["kind"] == "refused"
    assert "review" in error["message"]
    assert "facts" in error["message"]
    assert case(home, "state", "recovering", code=4)["error"]["kind"] == "refused"
    assert valid(case(home, "show"), "case")["state"] == "new"
    case(home, "review", "--fact", "it happened", "--improve", "Rotate keys; bo; 2026-12-31")
    assert len(valid(case(home, "review"), "review")["lacks"]) == 3
    assert case(home, "review", "--improve", "Rotate keys", code=2)["error"]["kind"] == "usage"


def test_d_34_every_command_is_in_the_journal(home: Path, tmp_path: Path) -> None:
    """D-34: who, when, what; and the case goes out and comes in equal by hash."""
    case(home, "note", "--text", f"first {HOSTILE}")
    case(home, "note", "N-1", "--append", "second")
    case(home, "decide", "--question", "Contain?", "--choice", "yes", "--basis", "seen", "--kind", "containment")
    case(home, "ask", "Which data left?")
    case(home, "ask", "Q-1", "--answer", "none")
    case(home, "hypothesis", "The build leaked it", "--evidence", "F-1")
    case(home, "impact", "customers", "300", "--confidence", "low", "--input", "rows=300")
    case(home, "asset", "identity", "AIDA1", "--compromise", "suspected")
    case(home, "observable", "ip", "198.51.100.7", "--role", "ioc")
    told = valid(case(home, "journal"), "journal")["entries"]
    kinds = ["case.open", "note.written", "note.written", "decision.entered", "question.entered", "question.changed"]
    kinds += ["hypothesis.entered", "impact.entered", "asset.entered", "observable.entered"]
    assert [each["kind"] for each in told] == kinds
    assert all(each["author"] and each["at"] and each["what"] for each in told)
    assert len(valid(case(home, "note", "N-1"), "notes")["notes"]) == 2
    made = valid(case(home, "export", "-o", str(tmp_path / "a.zip")), "export")
    again = jumpkit(tmp_path / "other", "case", "import", tmp_path / "a.zip", "--json").one()
    assert valid(again, "import")["sha256"] == made["sha256"]
    assert case(tmp_path / "other", "export", "-o", str(tmp_path / "b.zip"))["sha256"] == made["sha256"]
    assert_intact(tmp_path / "other")


def test_g_13_and_g_14_roles_by_command(home: Path) -> None:
    """G-13, G-14: a declared case has a manager, and at high severity somebody else tells; solo is in the report."""
    case(home, "state", "triage")
    assert "manages" in case(home, "state", "investigating", code=4)["error"]["message"]
    case(home, "role", "manager", "ann", "--accept")
    assert case(home, "role", "communicator", "ann", code=4)["error"]["kind"] == "refused"
    body = case(home, "state", "investigating")
    assert [each["name"] for each in body["roles"] if each["role"] == "manager"] == ["ann"]
    assert "Solo mode" not in report(home, "html")
    case(home, "role", "--solo", "night, nobody else")
    assert "Solo mode" in report(home, "html")
    case(home, "handoff", "--to", "bo", "--role", "manager", "--summary", "all yours")
    body = case(home, "handoff", "X-1", "--accept")
    assert [each["name"] for each in body["roles"] if each["role"] == "manager" and not each["until"]] == ["bo"]
    assert_intact(home)


def test_what_people_write_does_nothing_to_a_terminal_or_a_page(home: Path) -> None:
    case(home, "note", "--text", HOSTILE)
    case(home, "task", "--title", f"task {HOSTILE}", "--owner", HOSTILE)
    case(home, "moment", "aware", "2026-03-28T23:30Z", "--basis", HOSTILE)
    said: list[Done] = [
        jumpkit(home, "case", "show"),
        jumpkit(home, "case", "list"),
        jumpkit(home, "case", "note", "C-2026-0001"),
        jumpkit(home, "case", "task", "C-2026-0001"),
        jumpkit(home, "case", "journal"),
        jumpkit(home, "clocks", code=None),
    ]
    for each in said:
        assert "\x1b" not in each.out
        assert "\u202e" not in each.out
    assert "<script>" not in report(home, "html")
    assert "\x1b" not in report(home, "md")


def test_what_is_privileged_stays_out_of_a_bundle(home: Path, tmp_path: Path) -> None:
    case(home, "decide", "--question", "q", "--choice", "words-for-counsel", "--basis", "b", "--privileged")
    case(home, "note", "--text", "more-for-counsel", "--privileged")
    jumpkit(home, "bundle", "C-2026-0001", "-o", tmp_path / "bag")
    for path in (tmp_path / "bag").rglob("*"):
        if path.is_file():
            assert b"for-counsel" not in path.read_bytes(), path.name
    assert case(home, "show")["decisions"][0]["choice"] == "words-for-counsel"


def test_a_purged_case_takes_what_people_wrote_with_it(home: Path) -> None:
    case(home, "note", "--text", "plain-words-of-a-client")
    jumpkit(home, "case", "purge", "C-2026-0001", "--yes", "--json")
    for path in home.glob("book.sqlite*"):
        assert b"plain-words-of-a-client" not in path.read_bytes()
    assert_intact(home)


def test_the_logs_propose_moments_and_set_none(accounts: tuple[Path, Json]) -> None:
    body = valid(jumpkit(accounts[0], "case", "show", "--json").one(), "case")
    there = {each["kind"]: each for each in body["moments"]}
    assert there["occurred"]["at"] is there["detected"]["at"] is None
    assert there["occurred"]["proposed"]["at"]
    assert all(each["due"] is None for each in clocks(accounts[0], code=0).values())


def test_commands_work_on_a_server_too(postgres_book: str, tmp_path: Path, warm_logs: Path) -> None:
    """The whole way with the book on PostgreSQL: triage, casework, report, verify, export, purge."""

    def run(*said: str | Path, code: int = 0) -> Json:
        return jumpkit(tmp_path / "home", *said, "--json", code=code, JUMPKIT_BOOK=postgres_book).one()

    run("triage", warm_logs)
    run("case", "moment", "C-2026-0001", "aware_personal_data", "2026-03-28T23:30+01:00")
    run("case", "note", "C-2026-0001", "--text", "nul \u0394")
    run("report", "-o", tmp_path / "r.html")
    assert run("verify")["intact"] is True
    made = run("case", "export", "C-2026-0001", "-o", tmp_path / "a.zip")
    assert (
        jumpkit(tmp_path / "sqlite", "case", "import", tmp_path / "a.zip", "--json").one()["sha256"] == made["sha256"]
    )
    assert not (tmp_path / "home" / "book.sqlite").exists()
    run("case", "purge", "C-2026-0001", "--yes")
    assert run("case", "list")["cases"] == []
    assert run("verify")["intact"] is True


@pytest.fixture
def warm_logs(tmp_path: Path) -> Path:
    from command.logs import quiet, write  # noqa: PLC0415 - only where logs are read

    return write(tmp_path / "logs" / "a.json", *quiet(5))
