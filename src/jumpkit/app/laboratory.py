"""Writes the logs of an invented incident."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import Refused
from jumpkit.lab import write_incident

if TYPE_CHECKING:
    from pathlib import Path

_DAY = datetime(2026, 9, 14, tzinfo=UTC)  # a Monday; fixed, so that a seed always writes the same bytes


def write_logs(folder: Path, seed: int) -> dict[str, Any]:
    """Write the logs and return where they lie and how many files they are.

    Raises:
        Refused: the folder holds other files.

    """
    if folder.exists() and any(folder.iterdir()) and not (folder / "AWSLogs").is_dir():
        raise Refused("the folder holds other files", target=str(folder), hint="name a new folder")
    write_incident(folder, seed=seed, start=_DAY)
    files = sum(1 for path in folder.rglob("*") if path.is_file())
    return {"schema": "lab-logs/1", "folder": str(folder), "files": files, "seed": seed}
