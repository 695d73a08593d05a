"""Every command answers --help, and errors are one JSON object with the promised exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMMANDS = Path(__file__).resolve().parents[2] / "src" / "jumpkit" / "cli" / "commands"
NAMES = sorted(
    path.relative_to(COMMANDS).with_suffix("").as_posix().replace("_", "-").split("/")
    for path in COMMANDS.rglob("*.py")
    if path.name != "__init__.py"
)


def jumpkit(*args: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    told = ["--home", str(home)] if home else []
    return subprocess.run([sys.executable, "-m", "jumpkit", *args, *told], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", NAMES, ids="-".join)
def test_help(words: list[str]) -> None:
    done = jumpkit(*words, "--help")
    assert done.returncode == 0, done.stderr
    assert "--json" in done.stdout


@pytest.mark.parametrize(
    ("args", "code", "kind"),
    [
        (["triage", "--json"], 2, "usage"),
        (["triage", "no/such/folder", "--json"], 2, "not_found"),
        (["nonsense", "--json"], 2, "usage"),
        (["show", "C-2026-0001", "--json"], 2, "not_found"),
        (["verify", "--json"], 2, "not_found"),
        (["schema", "nonsense", "--json"], 2, "not_found"),
        (["case", "purge", "C-2026-0001", "--json"], 2, "not_found"),
        (["case", "purge", "C-2026-0001", "--yes", "--json"], 2, "not_found"),
    ],
)
def test_failure_is_one_object(tmp_path: Path, args: list[str], code: int, kind: str) -> None:
    done = jumpkit(*args, home=tmp_path / "home")
    assert done.returncode == code, done.stderr
    error = json.loads(done.stdout)["error"]
    assert error["kind"] == kind
    assert set(error) == {"kind", "message", "target", "hint"}


def test_config_says_where_each_value_came_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.toml").write_text('actor = "asha"\ntimeout = 5\n')
    monkeypatch.setenv("JUMPKIT_TIMEOUT", "7")
    done = jumpkit("config", "--json", home=home)
    rows = {row["setting"]: (row["value"], row["origin"]) for row in json.loads(done.stdout)["settings"]}
    assert rows["actor"] == ("asha", "config.toml")
    assert rows["timeout"] == (7, "JUMPKIT_TIMEOUT")
    assert rows["home"] == (str(home), "--home")
    assert rows["workers"] == (None, "default")


def test_a_setting_that_is_unknown_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("colour = 1\n")
    done = jumpkit("config", "--json", home=tmp_path)
    assert done.returncode == 2
    assert "colour" in json.loads(done.stdout)["error"]["message"]


def test_doctor_finds_this_machine_fit(tmp_path: Path) -> None:
    done = jumpkit("doctor", "--json", home=tmp_path / "home")
    body = json.loads(done.stdout)
    assert done.returncode == 0, body
    assert body["healthy"] is True
    assert not (tmp_path / "home").exists(), "looking writes nothing"


def test_completion(tmp_path: Path) -> None:
    done = jumpkit("completion", "bash", home=tmp_path)
    assert "_JUMPKIT_COMPLETE=bash_complete" in done.stdout
