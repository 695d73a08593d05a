"""Work that a desk hands to a process of its own: begun at most once, and what is known of how it goes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.app.standing import Standing

_OPEN = frozenset({"waiting", "running"})
_LOST = "its process is gone"
_THEN = {"triage": "bring the same files again: what was taken in is known, and is skipped"}
_ELSE = "nobody knows how it ended: look at the plan, which says what was begun, then resume it"


@dataclass(frozen=True, slots=True)
class Work:
    """Work to be done: its id, the case, what kind, for whom, by which module, and what that must know."""

    job: str
    case: str
    kind: str
    author: str
    module: str
    progress: str
    about: Mapping[str, Any] = field(default_factory=dict)


def launch(standing: Standing, work: Work) -> dict[str, Any]:
    """Begin work, or return the job of that id where it was begun before."""
    opening = standing.opening
    row: dict[str, Any] = {name: getattr(work, name) for name in ("job", "case", "kind", "author", "progress")}
    row |= {"state": "waiting", "recorded": stamp(opening.clock()), "about": json.dumps(work.about)}
    with standing.passing.write() as tx:
        there = tx.one("job", job=work.job)
        if there is not None:
            return job_object(_seen(there))
        tx.upsert("job", [row])
    process = subprocess.Popen(  # noqa: S603 - our own program, on names of ours
        [sys.executable, "-m", work.module, str(opening.home), work.job],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    with standing.passing.write() as tx:  # it may have written meanwhile
        tx.upsert("job", [{**(tx.one("job", job=work.job) or row), "pid": process.pid}])
    return job_object(row)


def jobs_of(standing: Standing, case: str) -> list[dict[str, Any]]:
    """Return the jobs of a case, the newest first; one whose process is gone says that nobody knows how it ended."""
    with standing.passing.read() as tx:
        rows = sorted(tx.rows("job", case=case), key=lambda row: row["recorded"], reverse=True)
    return [job_object(_seen(row)) for row in rows]


def job_object(row: dict[str, Any]) -> dict[str, Any]:
    """Return a job as doors show it."""
    names = ("job", "case", "kind", "state", "progress", "recorded", "author")
    told = {name: row[name] for name in names} | {name: row.get(name) for name in ("began", "ended")}
    parsed = {name: json.loads(row[name]) if row.get(name) else None for name in ("answer", "error", "about")}
    return {"schema": "job/1", **told, **parsed}


def _seen(row: dict[str, Any]) -> dict[str, Any]:
    if row["state"] not in _OPEN or _alive(row.get("pid")):
        return row
    return row | {"state": "unknown", "progress": f"{_LOST}; {_THEN.get(row['kind'], _ELSE)}"}


def _alive(pid: int | None) -> bool:
    if pid is None:
        return False
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:  # a child of ours that ended
            return False
    except ChildProcessError:
        pass  # it was begun by a server before this one
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
