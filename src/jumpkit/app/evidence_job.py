"""Triages what came in by the desk; a process of its own, so that the desk stays quick and neither ends the other."""

from __future__ import annotations

import json
import shutil
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.app.settings import settle
from jumpkit.app.triage.inputs import UPLOADS
from jumpkit.app.triage.request import Request, Window
from jumpkit.app.triage.run import triage
from jumpkit.app.workspace import Opening, writing
from jumpkit.cloud.aws.s3 import S3Options
from jumpkit.kit.clock import stamp, system_clock
from jumpkit.kit.errors import JumpkitError
from jumpkit.store.book.passing import open_passing

if TYPE_CHECKING:
    from jumpkit.store.book import Book

_PATIENCE = 24 * 3600.0  # seconds that it waits for other writers


@dataclass(slots=True)
class _Told:
    """A progress that writes itself into the job's row, at most once a second."""

    passing: Book
    job: str
    last: float = 0.0

    def say(self, what: str) -> None:
        """Hear of a new phase."""
        self.note(progress=what, state="running")

    def step(self, done: int, total: int, what: str) -> None:
        """Hear of a step."""
        if time.monotonic() - self.last > 1:
            of = f" of {total:,}" if total else ""
            self.note(progress=f"{done:,}{of} {what}")

    def note(self, **columns: Any) -> None:
        """Change the row."""
        self.last = time.monotonic()
        with self.passing.write() as tx:
            row = tx.one("job", job=self.job)
            if row is not None:  # its case may have been purged meanwhile
                tx.upsert("job", [{**row, **columns}])


def run(home: Path, job: str) -> None:
    """Carry a job out, and write down how it ended."""
    settings = settle(home)
    passing = open_passing(home, settings["book"].value)
    with passing.read() as tx:
        row = tx.one("job", job=job)
    if row is None:
        return
    folder = home / UPLOADS / job
    told = _Told(passing, job)
    told.note(began=stamp(system_clock()))
    opening = Opening(home, system_clock, row["author"], settings, patience=_PATIENCE)
    try:
        with writing(opening) as desk:
            request = Request(
                paths=(str(folder),),
                case=row["case"],
                rules=(),
                own_rules=True,
                window=Window(None, None, (), ()),
                in_place=False,
                estate=Path(desk.setting("estate")) if desk.setting("estate") else None,
                limits=desk.limits(),
                s3=S3Options(),
                workers=desk.setting("workers") or 1,
            )
            body = triage(desk, request, told).body
    except JumpkitError as error:
        said = {"kind": error.kind, "message": error.message, "target": error.target, "hint": error.hint}
        told.note(state="failed", error=json.dumps(said), ended=stamp(system_clock()))
    else:
        kept = {name: body[name] for name in ("case", "events")} | {"findings": len(body["findings"])}
        kept["inputs"] = body["inputs"]
        told.note(state="done", answer=json.dumps(kept), ended=stamp(system_clock()), progress="done")
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # what was sealed lies in the shelf


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2])
