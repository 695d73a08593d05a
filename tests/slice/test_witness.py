"""A ledger that was rebuilt with its own key is found out by a checkpoint that lay elsewhere."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from command.logs import quiet, write
from command.run import copied, jumpkit, triage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_rebuilt_ledger_is_found_out(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    home = warm(tmp_path / "home")
    logs = write(tmp_path / "logs" / "one.json", *quiet(3))
    before = copied(home, tmp_path / "before")
    triage(home, logs)
    rebuilt = before / "keys"
    shutil.rmtree(rebuilt, ignore_errors=True)
    shutil.copytree(home / "keys", rebuilt)  # the same key, and so the same fingerprint
    receipt = tmp_path / "receipt"
    told = jumpkit(home, "checkpoint", "-o", receipt, "--json").one()
    assert receipt.read_text().splitlines()[:2] == [told["origin"], str(told["size"])]
    triage(home, write(tmp_path / "logs" / "two.json", *quiet(4)), "--case", told["case"])
    assert jumpkit(home, "verify", "--checkpoint", receipt, "--json").one()["intact"]
    triage(before, write(tmp_path / "other" / "one.json", *quiet(5)))
    assert jumpkit(before, "verify", "--json").one()["intact"], "whole in itself"
    body = jumpkit(before, "verify", "--checkpoint", receipt, "--json", code=1).one()
    assert [problem["kind"] for problem in body["problems"]] == ["witness"]


def test_a_bundle_is_held_against_a_receipt(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    home = warm(tmp_path / "home")
    case = triage(home, write(tmp_path / "logs" / "one.json", *quiet(3)))["case"]
    receipt = tmp_path / "receipt"
    jumpkit(home, "checkpoint", case, "-o", receipt)
    jumpkit(home, "bundle", case, "-o", tmp_path / "bag")
    script = ["sh", str(tmp_path / "bag" / "custody" / "verify.sh"), "-"]
    done = subprocess.run([*script, "receipt"], cwd=tmp_path, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout
    assert "begins with the checkpoint" in done.stdout
    assert jumpkit(home, "verify", tmp_path / "bag", "--checkpoint", receipt, "--json").one()["intact"]
    lines = receipt.read_text().splitlines(keepends=True)
    for at, changed in ((1, "1\n"), (2, "A" * 43 + "=\n"), (0, "another/log\n")):
        receipt.write_text("".join([*lines[:at], changed, *lines[at + 1 :]]))
        done = subprocess.run([*script, str(receipt)], cwd=tmp_path, capture_output=True, check=False, text=True)
        assert done.returncode == 1
        assert "receipt: this log does not begin" in done.stdout
        assert not jumpkit(home, "verify", tmp_path / "bag", "--checkpoint", receipt, "--json", code=1).one()["intact"]
    receipt.write_text("no checkpoint\n")
    assert jumpkit(home, "verify", "--checkpoint", receipt, "--json", code=1).one()["error"]["kind"] == "unreadable"
