"""What a process does that carries out one job: it reads the row, works, and writes down how it ended."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.app.settings import settle
from jumpkit.app.workspace import Opening
from jumpkit.kit.clock import stamp, system_clock
from jumpkit.kit.errors import JumpkitError
from jumpkit.store.book.passing import open_passing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from jumpkit.store.book import Book

_PATIENCE = 24 * 3600.0  # seconds that it waits for other writers


@dataclass(slots=True)
class Told:
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


def carry_out(home: Path, job: str, deed: Callable[[Opening, dict[str, Any], Told], dict[str, Any]]) -> None:
    """Carry a job out, and write down how it ended."""
    settings = settle(home)
    passing = open_passing(home, settings["book"].value)
    with passing.read() as tx:
        row = tx.one("job", job=job)
    if row is None:
        return
    told = Told(passing, job)
    told.note(began=stamp(system_clock()), state="running")
    opening = Opening(home, system_clock, row["author"], settings, patience=_PATIENCE)
    try:
        answer = deed(opening, row, told)
    except JumpkitError as error:
        said = {"kind": error.kind, "message": error.message, "target": error.target, "hint": error.hint}
        told.note(state="failed", error=json.dumps(said), ended=stamp(system_clock()))
    else:
        told.note(state="done", answer=json.dumps(answer), ended=stamp(system_clock()), progress="done")
