"""Two writers of one workspace: the second waits, or is refused by name; nothing is damaged."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from command.logs import quiet, write
from command.run import COMMAND, Json, assert_intact, hunt, surroundings

from jumpkit.kit.errors import Busy
from jumpkit.store.book import workspace_lock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def start(home: Path, logs: Path) -> subprocess.Popen[str]:
    told = [*COMMAND, "triage", str(logs), "--home", str(home), "--json"]
    return subprocess.Popen(told, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=surroundings())


def ended(run: subprocess.Popen[str]) -> tuple[int, Json]:
    out, err = run.communicate(timeout=120)
    assert "Traceback" not in err
    return run.returncode, json.loads(out)


def test_both_come_to_an_end_and_nothing_is_damaged(tmp_path: Path, warm: Callable[[Path], Path]) -> None:
    home = warm(tmp_path / "home")
    one = write(tmp_path / "one" / "a.json", *quiet(50, who="asha"))
    two = write(tmp_path / "two" / "b.json", *quiet(70, who="bo"))
    runs = [start(home, one.parent), start(home, two.parent), start(home, one.parent)]
    done = [ended(run) for run in runs]
    for code, body in done:
        assert code == 0 or body["error"]["kind"] == "busy", body
    assert done[0][0] == 0 or done[1][0] == 0
    cases = {body["case"] for code, body in done if code == 0}
    stored = [hunt(home, case, "--sql", "SELECT count(*) AS n FROM events") for case in sorted(cases)]
    assert sorted(row["n"] for (row,) in stored) == [50, 70]
    assert_intact(home)


def test_who_cannot_wait_longer_is_told_who_holds_it(tmp_path: Path) -> None:
    """The command waits twenty seconds; here nobody does."""
    with (
        workspace_lock(tmp_path),
        pytest.raises(Busy, match=f"in use by process {os.getpid()}") as caught,
        workspace_lock(tmp_path, wait=0.1),
    ):
        pass
    assert caught.value.hint
    assert caught.value.exit_code in (3, 4)


def test_readers_are_not_kept_waiting_by_each_other(workspace: Path) -> None:
    with (workspace / "workspace.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        assert_intact(workspace)
        assert hunt(workspace, "--where", "api.operation = 'CreateUser'")
