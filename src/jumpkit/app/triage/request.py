"""What a person asked triage to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jumpkit.cloud.aws.s3 import S3Options
from jumpkit.collect import Limits

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Window:
    """Which events are wanted; what lies outside is counted, not stored."""

    since: datetime | None = None
    until: datetime | None = None
    accounts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    @property
    def open(self) -> bool:
        """Return whether every event is wanted."""
        return not (self.since or self.until or self.accounts or self.regions)

    def as_row(self) -> dict[str, object]:
        """Return the window as it is written to the book."""
        return {
            "from": self.since.isoformat() if self.since else None,
            "to": self.until.isoformat() if self.until else None,
            "accounts": list(self.accounts),
            "regions": list(self.regions),
        }


@dataclass(frozen=True, slots=True)
class Request:
    """Inputs, rules and limits of one triage."""

    paths: tuple[str, ...]
    case: str | None = None
    rules: tuple[Path, ...] = ()
    own_rules: bool = True
    window: Window = field(default_factory=Window)
    in_place: bool = False
    follow: bool = False  # links that lead out of the folders that were given
    estate: Path | None = None
    limits: Limits = field(default_factory=Limits)
    s3: S3Options = field(default_factory=S3Options)
    workers: int = 2
