"""A run that is killed or stopped anywhere leaves a sound workspace, and the next one ends where none was killed."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil
import pytest
from command.logs import at, call, user
from command.run import COMMAND, Json, assert_intact, hunt, jumpkit, surroundings, triage

if TYPE_CHECKING:
    from pathlib import Path

CHAOS = bool(os.environ.get("JUMPKIT_CHAOS"))
COUNTS = """
SELECT count(*) AS events, count(DISTINCT metadata.uid) AS ids, (SELECT count(*) FROM hits) AS hits FROM events
"""
SEEDS = range(60 if CHAOS else 4)


@dataclass(frozen=True)
class Undisturbed:
    """What a run that nobody disturbs comes to, and how long it takes."""

    logs: Path
    state: Json
    seconds: float


def state_of(home: Path, answer: Json) -> Json:
    return {
        "case": answer["case"],
        "findings": sorted(item["finding"] for item in answer["findings"]),
        "counts": sorted((item["finding"], item["events"]) for item in answer["findings"]),
        "incidents": sorted(item["incident"] for item in answer["incidents"]),
        "stored": hunt(home, answer["case"], "--sql", COUNTS),
        "cases": [item["case"] for item in jumpkit(home, "case", "list", "--json").one()["cases"]],
    }


@pytest.fixture(scope="module")
def undisturbed(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("undisturbed")
    logs = folder / "logs"
    shutil.copytree(data_dir / "invictus-aws" / "CloudTrail", logs)
    began = time.monotonic()
    answer = triage(folder / "home", logs)
    seconds = time.monotonic() - began
    return Undisturbed(logs, state_of(folder / "home", answer), seconds)


def interruptible() -> None:
    """Let Ctrl-C reach the run even where the tests themselves are somebody's background job."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def start(home: Path, logs: Path) -> subprocess.Popen[bytes]:
    told = [*COMMAND, "triage", str(logs), "--home", str(home), "--workers", "2", "--json"]
    return subprocess.Popen(
        told,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=interruptible,  # noqa: PLW1509 - no thread of ours runs while it does
        env=surroundings(),
    )


def assert_sound(home: Path) -> None:
    """Hold what a killed run left against what verify promises; where there is no workspace yet, it says that."""
    done = jumpkit(home, "verify", "--json", code=None)
    body = done.one()
    if done.code == 2:
        assert body["error"]["kind"] == "not_found"
        return
    assert (done.code, body["problems"]) == (0, [])


def assert_goes_on(home: Path, undisturbed: Undisturbed) -> None:
    answer = triage(home, undisturbed.logs)
    assert state_of(home, answer) == undisturbed.state
    assert assert_intact(home)["leftovers"] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_kill_9_at_any_moment(undisturbed: Undisturbed, tmp_path: Path, seed: int) -> None:
    """Kill up to three runs in a row: only the parent, or its workers with it."""
    chance = random.Random(seed)  # noqa: S311 - seeded, so that it repeats
    home = tmp_path / "home"
    for _ in range(chance.randint(1, 3)):
        run = start(home, undisturbed.logs)
        time.sleep(chance.uniform(0.3, undisturbed.seconds))
        if chance.random() < 0.5:
            os.killpg(run.pid, signal.SIGKILL)
        else:
            run.kill()
        run.communicate()  # ends when the last worker let go of the pipe: none outlives its parent for long
        assert_sound(home)
    assert_goes_on(home, undisturbed)


@pytest.fixture(scope="module")
def heavy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return logs that are worth more than one process: they say little, at length."""
    logs = tmp_path_factory.mktemp("heavy")
    chance = random.Random(1)  # noqa: S311 - seeded, so that it repeats
    for number in range(16):
        padding = {"policyDocument": chance.randbytes(600_000).hex()}
        record = call("iam", "CreatePolicy", user("asha"), at(number), requestParameters=padding)
        (logs / f"{number}.json.gz").write_bytes(gzip.compress(json.dumps({"Records": [record]}).encode(), 1))
    return logs


def children(pid: int) -> list[int]:
    """Return a process's children, once it has some; none where it ended without."""
    for _ in range(400):
        found = psutil.Process(pid).children() if psutil.pid_exists(pid) else []
        if found:
            return [child.pid for child in found]
        time.sleep(0.02)
    return []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_their_parent(heavy: Path, tmp_path: Path, how: signal.Signals) -> None:
    home = tmp_path / "home"
    run = start(home, heavy)
    workers = children(run.pid)
    assert len(workers) >= 1
    for _ in range(3):  # a stroke that comes in the middle of a fork may be lost; a person strikes again
        if run.poll() is None:
            run.send_signal(how)
            time.sleep(0.3)
    run.communicate(timeout=30)
    assert run.returncode == (130 if how == signal.SIGINT else -9)
    for _ in range(200):
        if not any(psutil.pid_exists(pid) for pid in workers):
            break
        time.sleep(0.05)
    assert not [pid for pid in workers if psutil.pid_exists(pid)], "a worker outlives its parent, and holds the lock"
    assert_sound(home)
    assert triage(home, heavy)["events"]["stored"] == 16
    assert assert_intact(home)["leftovers"] == []


@pytest.mark.parametrize("part", [0.35, 0.6, 0.85])
def test_ctrl_c_is_130_and_resumable(undisturbed: Undisturbed, tmp_path: Path, part: float) -> None:
    home = tmp_path / "home"
    run = start(home, undisturbed.logs)
    time.sleep(undisturbed.seconds * part)
    os.killpg(run.pid, signal.SIGINT)  # what a terminal does
    out, err = run.communicate(timeout=60)
    if run.returncode != 0:  # it may have ended just before
        assert run.returncode == 130, err
        assert out.count(b"\n") == 1
        assert json.loads(out)["error"]["kind"] == "interrupted"
        assert b"Traceback" not in err
    assert_sound(home)
    assert_goes_on(home, undisturbed)
