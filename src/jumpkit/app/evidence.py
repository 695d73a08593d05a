"""Logs that come in by the desk: kept beside the workspace, then triaged into a case by a process of its own."""

from __future__ import annotations

import re
import secrets
import shutil
from typing import IO, TYPE_CHECKING, Any

from jumpkit.app.jobs import Work, launch
from jumpkit.app.triage.inputs import UPLOADS
from jumpkit.kit.errors import BadUsage, NoSpace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from jumpkit.app.standing import Standing

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
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
    told = f"{count} files are here"
    return launch(standing, Work(job, case, "triage", actor, "jumpkit.app.evidence_job", told))


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
