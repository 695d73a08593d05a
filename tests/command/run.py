"""Runs the command as a user does, in a process of its own, and holds what it says against its promises."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from command.nursery import Nursery, can_take

if TYPE_CHECKING:
    from pathlib import Path

_NURSERY = Nursery()
COMMAND = (sys.executable, "-m", "jumpkit")
Json = dict[str, Any]


@dataclass(frozen=True)
class Done:
    """What a run left: its exit code and what it said."""

    code: int
    out: str
    err: str

    def one(self) -> Json:
        """Return the object on stdout; there is exactly one, on one line, and nothing else."""
        assert self.out.endswith("\n"), self.err[-2000:]
        assert self.out.count("\n") == 1, self.out[:2000]
        body = json.loads(self.out)
        assert isinstance(body, dict)
        return body

    def lines(self) -> list[Json]:
        return [json.loads(line) for line in self.out.splitlines()]


def surroundings(**more: str) -> dict[str, str]:
    """Return the environment without settings of the person who tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUMPKIT_", "AWS_"))}
    return kept | more


def jumpkit(home: Path | None, *said: str | Path, code: int | None = 0, **more: str) -> Done:
    """Run one command on a workspace; `code` is the exit code it must have, None for any."""
    told = [*(str(word) for word in said), *(["--home", str(home)] if home else [])]
    # bytes that are no text come back as they are: what a log smuggles out must be seen by the tests
    if can_take(more):
        run = _NURSERY.run(["jumpkit", *told], surroundings(**more))
    else:
        run = subprocess.run([*COMMAND, *told], capture_output=True, check=False, env=surroundings(**more))
    done = Done(run.returncode, run.stdout.decode("utf-8", "surrogateescape"), run.stderr.decode("utf-8", "replace"))
    assert code is None or done.code == code, f"{told} ended with {done.code}: {done.err[-3000:]}{done.out[:1500]}"
    return done


def triage(home: Path, *said: str | Path, code: int | None = 0) -> Json:
    return jumpkit(home, "triage", *said, "--json", code=code).one()


def hunt(home: Path, *said: str | Path) -> list[Json]:
    """Return the lines of a hunt without the last, which counts them."""
    *found, last = jumpkit(home, "hunt", *said, "--jsonl").lines()
    assert last["total"] == len(found)
    return found


def show(home: Path, name: str, *said: str) -> Json:
    return jumpkit(home, "show", name, *said, "--json").one()


def report(home: Path, fmt: str, *said: str) -> str:
    return jumpkit(home, "report", "--format", fmt, "-o", "-", *said).out


def problems(home: Path, *said: str, code: int = 1) -> set[tuple[str, str]]:
    """Return the kind and place of each problem that verify names."""
    body = jumpkit(home, "verify", *said, "--json", code=code).one()
    assert body["intact"] is (code == 0)
    return {(item["kind"], item["where"]) for item in body["problems"]}


def assert_intact(home: Path, *said: str) -> Json:
    body = jumpkit(home, "verify", *said, "--json").one()
    assert (body["intact"], body["problems"]) == (True, [])
    return body


def sums(events: Json) -> bool:
    """Tell whether every record that came in is in exactly one of the counts."""
    parts = ("stored", "duplicate", "conflict", "rejected", "outside")
    return bool(events["in"] == sum(events.get(part, 0) for part in parts))


def entries(home: Path, log: str) -> list[Json]:
    """Return the ledger's lines of one log, read by hand."""
    with sqlite3.connect(f"file:{home / 'book.sqlite'}?mode=ro", uri=True) as book:
        rows = book.execute("SELECT line FROM ledger WHERE [case] = ? ORDER BY seq", (log,)).fetchall()
    return [json.loads(bytes(line)) for (line,) in rows]


def copied(home: Path, to: Path) -> Path:
    """Return a copy of a workspace that shares no byte with it."""
    shutil.copytree(home, to)
    return to


def listing(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return size, mode and time of change of everything below a folder."""
    return {
        path.relative_to(folder).as_posix(): (stat.st_size, stat.st_mode, stat.st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        for stat in [path.stat()]
    }


def severe(answer: Json, *levels: str) -> list[Json]:
    return [item for item in answer["findings"] if item["severity"] in levels]


def alarming(answer: Json) -> list[Json]:
    """Return the findings of medium or above."""
    return severe(answer, "medium", "high", "critical")
