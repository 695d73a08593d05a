"""What a verification says: what was checked, and each thing that is not as the ledger has it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is not as it should be."""

    kind: str  # key, book, case, ledger, checkpoint, row, artifact, file, unexpected
    where: str
    expected: str | None = None
    found: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Leftover:
    """A harmless remainder of a run that was killed; the next one takes it up or sweeps it away."""

    where: str
    because: str


@dataclass(frozen=True, slots=True, order=True)
class Log:
    """A log as it was found: keep size and root outside, and no one can cut or rewrite it unseen."""

    log: str
    size: int
    root: str  # hex


@dataclass(frozen=True, slots=True, order=True)
class Seen:
    """A checkpoint that a witness cosigned: what was before it cannot have been rewritten since."""

    log: str
    size: int
    witness: str
    at: str  # by the witness's clock
    key: str  # fingerprint of the witness's key


@dataclass(frozen=True, slots=True, order=True)
class Handover:
    """Where one key stopped signing a log and another went on, and how that came about."""

    log: str
    line: int  # the first that the old key did not seal
    how: str  # rotated: the old key named the new one; lost: declared, and named by nobody; imported: another's log
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The outcome; `problems`, `leftovers` and `logs` are sorted."""

    fingerprint: str | None
    pinned: bool  # the key was compared with a fingerprint from outside, and is that one
    entries: int
    artifacts: int
    files: int
    problems: tuple[Problem, ...]
    leftovers: tuple[Leftover, ...] = ()
    logs: tuple[Log, ...] = ()
    handovers: tuple[Handover, ...] = ()
    witnesses: tuple[Seen, ...] = ()

    @property
    def intact(self) -> bool:
        """Return whether everything is as the ledger has it."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """Return the object that `verify --json` prints."""
        return {
            "schema": "verify/1",
            "intact": self.intact,
            "key": {"fingerprint": self.fingerprint, "pinned": self.pinned},
            "checked": {"entries": self.entries, "artifacts": self.artifacts, "files": self.files},
            "problems": [asdict(each) for each in self.problems],
            "leftovers": [asdict(each) for each in self.leftovers],
            "logs": [asdict(each) for each in self.logs],
            "handovers": [asdict(each) for each in self.handovers],
            "witnesses": [asdict(each) for each in self.witnesses],
        }
