"""What really happened in a generated incident; written only if asked, and read by no other room."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from jumpkit.kit.clock import stamp

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the attack: what, by which ATT&CK technique, where, and in which events."""

    name: str
    technique: str
    account: str
    region: str
    first: str  # RFC 3339
    events: tuple[str, ...]  # event ids; none where logging had been stopped


@dataclass(frozen=True, slots=True)
class Silence:
    """An account and region whose trail wrote nothing for a while."""

    account: str
    region: str
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Truth:
    """Who attacked, by which keys, from where, in which steps; and what was never logged."""

    principals: tuple[str, ...]  # ARNs
    keys: tuple[str, ...]
    addresses: tuple[str, ...]
    techniques: tuple[str, ...]
    steps: tuple[Step, ...]
    silence: Silence
    events: int  # in all files, attack and daily life

    def write(self, path: Path) -> None:
        """Write the truth as JSON."""
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", "utf-8")


def moment(when: datetime) -> str:
    """Return a time as the truth shows it, to the second."""
    return stamp(when.replace(microsecond=0))
