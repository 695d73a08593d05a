from __future__ import annotations

from typing import TYPE_CHECKING

from command.logs import ACCOUNT, quiet, write
from command.run import Json, jumpkit, report, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_what_has_no_source_is_listed_and_in_every_report(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """D-38: an account of the estate without logs is a blind spot, and the report prints the limit."""
    estate = tmp_path / "estate.yaml"
    estate.write_text(f'accounts: {{"{ACCOUNT}": production, "777788889999": billing}}\n', "utf-8")
    home = warm(tmp_path / "home")
    logs = write(tmp_path / "logs" / "a.json", *quiet(30))
    answer = triage(home, logs, "--estate", estate)
    (missing,) = [item for item in answer["blind_spots"] if item["kind"] == "account_without_logs"]
    assert missing["account"] == "777788889999"
    for fmt in ("html", "md"):
        assert missing["because"].split(".")[0][:40] in report(home, fmt).replace("\\", "")
    told = jumpkit(home, "triage", logs, "--estate", estate).out
    assert "What these logs cannot show" in told


def test_the_case_itself_carries_the_limits(accounts: tuple[Path, Json]) -> None:
    """D-38: the basis of a case's severity says that blind spots could raise it."""
    case = jumpkit(accounts[0], "case", "show", "--json").one()
    assert any("blind spots" in sentence for sentence in case["severity_basis"])
