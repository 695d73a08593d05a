"""As a user without privileges: what cannot be read is rejected by name, and the rest goes on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command.logs import quiet, write
from command.run import COMMAND, Json, sums, surroundings

if TYPE_CHECKING:
    from collections.abc import Iterator

NOBODY = "65534"


@pytest.fixture
def place() -> Iterator[Path]:
    """Return a folder that belongs to whoever runs the command, outside pytest's own, which root keeps to itself."""
    folder = Path(tempfile.mkdtemp(prefix="jumpkit-plain-user-"))
    yield folder
    shutil.rmtree(folder)


def as_plain_user(place: Path, *said: str | Path) -> tuple[int, Json]:
    prefix: list[str] = []
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("nothing here gives up root's rights (setpriv)")
        prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        for path in (place, *place.rglob("*")):
            os.chown(path, int(NOBODY), int(NOBODY), follow_symlinks=False)
    told = [*prefix, *COMMAND, *map(str, said), "--home", str(place / "home"), "--json"]
    env = surroundings(HOME=str(place))
    run = subprocess.run(told, cwd=place, capture_output=True, text=True, check=False, env=env)
    assert run.stdout, run.stderr[-2000:]
    return run.returncode, json.loads(run.stdout)


def test_a_file_that_cannot_be_read_is_rejected_by_name(place: Path) -> None:
    logs = place / "logs"
    write(logs / "a.json", *quiet(5))
    closed = write(logs / "b.json", *quiet(3, who="bo"))
    hidden = write(logs / "deeper" / "c.json", *quiet(3, who="cy")).parent
    closed.chmod(0)
    hidden.chmod(0)
    try:
        code, answer = as_plain_user(place, "triage", logs)
    finally:
        hidden.chmod(0o755)
    assert code == 1
    rejected = {Path(item["path"]).name: item for item in answer["inputs"]["rejected"]}
    assert set(rejected) == {"b.json", "deeper"}
    assert all("ermission" in item["reason"] for item in rejected.values())
    assert answer["events"]["stored"] == 5
    assert sums(answer["events"])
    closed.chmod(0o644)
    code, again = as_plain_user(place, "triage", logs)
    assert (code, again["case"], again["events"]["stored"]) == (0, answer["case"], 6)


def test_a_workspace_that_cannot_be_written_says_so(place: Path) -> None:
    logs = write(place / "logs" / "a.json", *quiet(5))
    place.chmod(0o555)
    try:
        code, body = as_plain_user(place, "triage", logs)
    finally:
        place.chmod(0o755)
    assert code in (1, 2, 4), body
    assert body["error"]["kind"] != "fault"
    assert "home" in f"{body['error']['target']} {body['error']['message']}"


def test_a_workspace_is_its_owners_alone(place: Path) -> None:
    logs = write(place / "logs" / "a.json", *quiet(5))
    code, _ = as_plain_user(place, "triage", logs)
    assert code == 0
    home = place / "home"
    assert home.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (home / "shelf").rglob("*") if path.is_file()} == {0o400}
    assert (home / "keys" / "ledger.pem").stat().st_mode & 0o777 == 0o600
