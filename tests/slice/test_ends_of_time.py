"""A date at the very end of all dates stops no report, and a terminal without letters stops no answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command.logs import START, call, quiet, user, write
from command.run import jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize("when", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_a_report_is_written_whatever_date_a_log_claims(
    tmp_path: Path, warm: Callable[[Path], Path], when: str
) -> None:
    home = warm(tmp_path / "home")
    logs = write(tmp_path / "logs" / "one.json", *quiet(3), call("iam", "CreateUser", user("dana"), when))
    told = triage(home, logs)
    assert told["events"]["stored"] == 4
    jumpkit(home, "timeline", "-o", tmp_path / "axis.html")
    jumpkit(home, "report", "--format", "md", "-o", tmp_path / "report.md")
    assert START.year == 2026


def test_a_terminal_without_letters_is_written_to(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    home = warm(tmp_path / "home")
    triage(home, write(tmp_path / "logs" / "ü.json", call("iam", "CreateUser", user("dänä"), START.isoformat())))
    done = jumpkit(home, "principals", PYTHONIOENCODING="ascii")
    assert "d\\xe4n\\xe4" in done.out


def test_settings_that_are_no_text_are_refused(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    home = warm(tmp_path / "home")
    (home / "config.toml").write_bytes(b"\xff")
    assert jumpkit(home, "config", "--json", code=2).one()["error"]["kind"] == "usage"
