"""The events behind findings as OCSF, a line each, with the address of the record's bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.report.material import Loss
from jumpkit.report.plain import line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jumpkit.report.material import Material

TITLE = "events behind findings, OCSF JSON Lines"
FILE = "events.ocsf.jsonl"


def write(material: Material, put: Callable[[str], None]) -> Sequence[Loss]:
    """Put the events out as they come; what OCSF has no attribute for is under `unmapped`."""
    for row in material.rows():
        put(line(row) + "\n")
    return [Loss("events without a finding", None, "jumpkit hunt lists those; this holds what findings rest on.")]
