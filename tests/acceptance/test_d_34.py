from __future__ import annotations

from typing import TYPE_CHECKING

from command.logs import quiet, write
from command.run import Json, assert_intact, entries, jumpkit, report, show, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_every_command_on_the_case_is_in_its_journal(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-34, first cut: whatever is done to the case or taken out of it unmasked is entered, with author and time."""
    home = warm(tmp_path / "home")
    logs = write(tmp_path / "logs" / "a.json", *quiet(5))
    case = triage(home, logs)["case"]

    def added(before: int) -> set[str]:
        fresh = entries(home, case)[before:]
        assert all(line["at"] and line["actor"] for line in fresh)
        return {line["kind"] for line in fresh}

    assert {"case.open", "item.collected", "events.stored", "report.written"} <= added(0)
    steps: list[tuple[set[str], Callable[[], object]]] = [
        ({"rules.loaded", "findings.recorded", "report.written"}, lambda: triage(home, logs)),
        ({"report.written"}, lambda: report(home, "csv")),
        ({"unmask"}, lambda: jumpkit(home, "hunt", "--where", "true", "--unmask", "--jsonl")),
        ({"unmask"}, lambda: report(home, "md", "--unmask")),
    ]
    for kinds, step in steps:
        before = len(entries(home, case))
        step()
        assert kinds <= added(before)
    assert_intact(home)


def test_history_is_never_rewritten(accounts: tuple[Path, Json], tmp_path: Path) -> None:
    """D-34: entries are only ever added; what was there stays byte for byte."""
    from command.run import copied  # noqa: PLC0415 - this test alone changes the workspace

    home = copied(accounts[0], tmp_path / "home")
    case = accounts[1]["case"]
    before = entries(home, case)
    report(home, "md", "--unmask")
    assert entries(home, case)[: len(before)] == before
    assert len(entries(home, case)) > len(before)


def test_a_purged_case_leaves_a_certificate_and_nothing_else(workspace: Path) -> None:
    """D-34: a client's data is removed for good; the certificate says what was removed, and verify still holds."""
    secret = (workspace / "book.sqlite").read_bytes().count(b"bert-jan")
    assert secret
    told = jumpkit(workspace, "case", "purge", "C-2026-0001", "--yes", "--json").one()
    assert told
    assert show(workspace, "C-2026-0001")
    left = [
        path for folder in ("shelf", "lake", "reports") for path in (workspace / folder).rglob("*") if path.is_file()
    ]
    assert left == []
    for path in workspace.glob("book.sqlite*"):
        assert b"bert-jan" not in path.read_bytes(), path.name
    assert_intact(workspace)
    assert jumpkit(workspace, "case", "list", "--json").one()["cases"] == []
