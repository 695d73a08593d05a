from __future__ import annotations

from typing import TYPE_CHECKING

from command.logs import quiet, write
from command.run import assert_intact, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_legal_hold_refuses_deletion_until_it_is_released(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    """G-17: a hold makes deletion of the case's evidence fail with 4 until it is released."""
    home = warm(tmp_path / "home")
    case = triage(home, write(tmp_path / "logs" / "one.json", *quiet(3)))["case"]
    other = triage(home, write(tmp_path / "more" / "one.json", *quiet(3)))["case"]
    assert other != case
    shown = jumpkit(home, "case", "hold", case, "--signer", "Dana, counsel", "--reason", "claim 12", "--json").one()
    assert shown["holds"][0]["signer"] == "Dana, counsel"
    error = jumpkit(home, "case", "purge", case, "--yes", "--json", code=4).one()["error"]
    assert "claim 12" in error["message"]
    jumpkit(home, "case", "purge", other, "--yes")
    assert_intact(home)
    assert [path for path in (home / "shelf").rglob("*") if path.is_file()], "what both cases had is still held"
    jumpkit(home, "case", "hold", case, "--signer", "Dana", "--reason", "claim 13")
    jumpkit(home, "case", "release", case, "L-1", "--signer", "Dana", "--reason", "settled")
    jumpkit(home, "case", "purge", case, "--yes", "--json", code=4)
    jumpkit(home, "case", "release", case, "L-1", "--signer", "Dana", "--reason", "again", "--json", code=4)
    jumpkit(home, "case", "release", case, "L-2", "--signer", "Dana", "--reason", "settled")
    jumpkit(home, "case", "purge", case, "--yes")
    assert_intact(home)
