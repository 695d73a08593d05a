"""What was called in the lab, in order: each record, whether a trail had it, and which attack's step it belongs to."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    from jumpkit.lab.record import Entry


@dataclass(frozen=True, slots=True)
class Noted:
    """One record."""

    entry: Entry
    logged: bool
    run: str | None
    step: str | None

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "when": stamp(self.entry.when),
            "account": self.entry.account,
            "region": self.entry.region,
            "logged": self.logged,
            "step": self.step,
            "record": self.entry.record,
        }


@dataclass(slots=True)
class Journal:
    """All records since the lab came up; written by the threads that serve."""

    noted: list[Noted] = field(default_factory=list)
    unread: dict[str, int] = field(default_factory=dict)  # calls that the vendor's models do not know, by service
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, entries: list[Noted]) -> None:
        """Write records down."""
        with self._lock:
            self.noted.extend(entries)

    def miss(self, service: str) -> None:
        """Count a call that could not be written down."""
        with self._lock:
            self.unread[service] = self.unread.get(service, 0) + 1

    def all(self) -> list[Noted]:
        """Return every record."""
        with self._lock:
            return list(self.noted)

    def of_run(self, run: str | None) -> list[Noted]:
        """Return the records of one attack and of the life around it."""
        return [each for each in self.all() if each.run == run]
