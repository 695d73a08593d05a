"""What a run has counted so far; every record ends in exactly one of the counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jumpkit.model.artifact import Rejected, Sealed, Skipped
    from jumpkit.model.event import Reject

_FIRST = 100


@dataclass(slots=True)
class Tally:
    """Counts of one run; `seen` = stored + duplicate + conflict + rejected + outside."""

    files: int = 0
    sealed: int = 0
    known: int = 0
    restored: int = 0  # inputs whose sealed copy was gone or damaged, and was sealed again
    skipped: list[Skipped] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)  # inputs that are links out of the folder, and to what
    seen: int = 0
    stored: int = 0
    duplicate: int = 0
    conflict: int = 0
    outside: int = 0
    records_rejected: int = 0
    rejects: list[Reject] = field(default_factory=list)

    def reject(self, rejects: list[Reject]) -> None:
        """Count records that could not be stored, and keep the first hundred."""
        self.records_rejected += len(rejects)
        self.rejects += rejects[: _FIRST - len(self.rejects)]

    def inputs(self) -> dict[str, object]:
        """Return the `inputs` object of triage/1."""
        return {
            "files": self.files,
            "sealed": self.sealed,
            "known": self.known,
            "restored": self.restored,
            "skipped": [{"path": item.path, "reason": item.reason} for item in self.skipped],
            "rejected": [rejected_as_dict(item) for item in self.rejected],
            "links": [{"path": path, "target": target} for path, target in self.links],
        }

    def events(self) -> dict[str, object]:
        """Return the `events` object of triage/1."""
        counted: dict[str, object] = {
            "in": self.seen,
            "stored": self.stored,
            "duplicate": self.duplicate,
            "conflict": self.conflict,
            "rejected": self.records_rejected,
            "rejects": [reject_as_dict(item) for item in self.rejects],
        }
        return counted | ({"outside": self.outside} if self.outside else {})

    @property
    def fell_short(self) -> bool:
        """Return whether any input or record was turned away."""
        return bool(self.rejected or self.records_rejected)


def rejected_as_dict(item: Rejected) -> dict[str, object]:
    """Return a rejected input as contract.md has it."""
    return {
        "path": item.path,
        "member": item.member,
        "sha256": item.sha256,
        "kind": item.kind,
        "reason": item.reason,
    }


def reject_as_dict(item: Reject) -> dict[str, object]:
    """Return a rejected record as contract.md has it."""
    address = item.record
    record = {
        "sha256": address.sha256,
        "member": address.member,
        "index": address.index,
        "start": address.start,
        "end": address.end,
    }
    return {"record": record, "reason": item.reason}


def artifact_row(case: str, run: str, sealed: Sealed, at: str, processed: str) -> dict[str, object]:
    """Return the book's row of an artifact whose records went through the filter `processed` (JSON)."""
    return {
        "case": case,
        "sha256": sealed.sha256,
        "sha512": sealed.sha512,
        "name": sealed.name,
        "size": sealed.size,
        "in_place": int(sealed.in_place),
        "path": str(sealed.path.absolute()) if sealed.in_place else None,
        "collected": at,
        "processed": processed,
        "run": run,
    }
