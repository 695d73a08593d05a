"""Logs that come in by the desk: kept beside the workspace, then triaged into a case by a process of its own."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
from typing import IO, TYPE_CHECKING, Any

from jumpkit.app.triage.inputs import UPLOADS
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, NoSpace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jumpkit.app.standing import Standing

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_OPEN = frozenset({"waiting", "running"})
_BLOCK = 1 << 20
_ROOM = 3  # times what comes in: the copy, the sealed copy, the lake


def take_in(standing: Standing, case: str, actor: str, files: Iterable[tuple[str, IO[bytes]]]) -> dict[str, Any]:
    """Keep files, begin to triage them into a case, and return the job.

    Raises:
        BadUsage: no file came.

    """
    opening = standing.opening
    job = f"J-{secrets.token_hex(6)}"
    folder = opening.home / UPLOADS / job
    folder.mkdir(parents=True, mode=0o700)
    count = 0
    for name, source in files:
        count += 1
        with (folder / f"{count:03d}-{_UNSAFE.sub('_', name)[-100:] or 'file'}").open("xb") as target:
            shutil.copyfileobj(source, target, _BLOCK)
    if not count:
        folder.rmdir()
        raise BadUsage("no file came", target="files", hint="one or more parts called `files`")
    row: dict[str, Any] = {"job": job, "case": case, "kind": "triage", "state": "waiting", "author": actor}
    row |= {"recorded": stamp(opening.clock()), "progress": f"{count} files are here"}
    with standing.passing.write() as tx:
        tx.upsert("job", [row])
    process = subprocess.Popen(  # noqa: S603 - our own program, on names of ours
        [sys.executable, "-m", "jumpkit.app.evidence_job", str(opening.home), job],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    with standing.passing.write() as tx:  # it may have written meanwhile
        tx.upsert("job", [{**(tx.one("job", job=job) or row), "pid": process.pid}])
    return job_object(row)


def refuse_if_full(home: Path, size: int) -> None:
    """Refuse what the disk has no room for.

    Raises:
        NoSpace: it has not.

    """
    free = shutil.disk_usage(home).free
    if size * _ROOM > free:
        raise NoSpace(
            f"{size:,} bytes come in, and {free:,} are free", target="files", hint="free space, or less at once"
        )


def jobs_of(standing: Standing, case: str) -> list[dict[str, Any]]:
    """Return the jobs of a case, the newest first; one whose process is gone says that nobody knows how it ended."""
    with standing.passing.read() as tx:
        rows = sorted(tx.rows("job", case=case), key=lambda row: row["recorded"], reverse=True)
    return [job_object(_seen(row)) for row in rows]


def job_object(row: dict[str, Any]) -> dict[str, Any]:
    """Return a job as doors show it."""
    names = ("job", "case", "kind", "state", "progress", "recorded", "author")
    told = {name: row[name] for name in names} | {name: row.get(name) for name in ("began", "ended")}
    parsed = {name: json.loads(row[name]) if row.get(name) else None for name in ("answer", "error")}
    return {"schema": "job/1", **told, **parsed}


def _seen(row: dict[str, Any]) -> dict[str, Any]:
    if row["state"] not in _OPEN or _alive(row["pid"]):
        return row
    lost = "its process is gone; bring the same files again: what was taken in is known, and is skipped"
    return row | {"state": "unknown", "progress": lost}


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
