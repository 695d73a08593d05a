"""What lies where in a parcel, and the manifest that names it all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jumpkit.store.book import VOUCHED
from jumpkit.store.book.people import OF_THE_WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = "parcel/1"
MANIFEST = "manifest.json"
LEDGER = "ledger.jsonl"
CHECKPOINTS = "checkpoints/"
ROWS = "rows/"
TABLES = tuple(table for table in VOUCHED if table not in {"origin", "certificate", "workspace", *OF_THE_WORKSPACE})


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a parcel."""

    name: str
    sha256: str
    size: int

    def as_json(self) -> dict[str, Any]:
        """Return the member as the manifest lists it."""
        return {"name": self.name, "sha256": self.sha256, "size": self.size}


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel that was written or taken in."""

    case: str
    sha256: str
    size: int
    files: int
    entries: int
    fingerprint: str | None = None
    pinned: bool = False
    already: bool = False

    def as_json(self, schema: str) -> Mapping[str, Any]:
        """Return what both commands say of it."""
        said = {"schema": schema, "case": self.case, "sha256": self.sha256, "size": self.size}
        return said | {"files": self.files, "entries": self.entries}
