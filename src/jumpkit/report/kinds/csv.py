"""The timeline and findings as a table for spreadsheets: RFC 4180, UTF-8 with a mark, nothing that computes."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from jumpkit.kit.text import csv_cell, mask_text, scalar
from jumpkit.report.material import Loss
from jumpkit.report.moments import LONGEST, every_moment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from jumpkit.report.material import Material

TITLE = "timeline and findings for spreadsheets"
FILE = "timeline.csv"
_MARK = "\ufeff"  # tells spreadsheets that this is UTF-8; it stands before a column that none reads by name
_LISTS = ("findings", "rules", "techniques", "tactics")
_RECORD = ("sha256", "member", "index", "start", "end")
COLUMNS = (
    *(
        "row",
        "time",
        "original_time",
        "until",
        "kind",
        "severity",
        "text",
        "principal",
        "origin",
        "operation",
        "service",
    ),
    *("outcome", "address", "agent", "region", "account", "source", "event", "events"),
    *_LISTS,
    *(f"record_{name}" for name in _RECORD),
)


def write(material: Material, put: Callable[[str], None]) -> Sequence[Loss]:
    """Put the table out, a moment a row."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    put(_MARK)
    writer.writerow(COLUMNS)
    cut = 0
    for number, moment in enumerate(every_moment(material), 1):
        flat = _flat(moment)
        cut += sum(isinstance(each, str) and len(each) > LONGEST for each in flat.values())
        writer.writerow([number, *(_cell(flat[name], masked=not material.unmasked) for name in COLUMNS[1:])])
        put(buffer.getvalue())
        buffer.seek(0)
        buffer.truncate()
    put(buffer.getvalue())
    shape = Loss("nesting", None, "Lists become one cell; requests and responses stay in the OCSF exports.")
    return [shape, *([Loss("long cells", cut, f"A cell holds {LONGEST:,} characters.")] if cut else [])]


def _flat(moment: dict[str, Any]) -> dict[str, Any]:
    record = moment["record"] or {}
    lists = {name: " ".join(moment[name]) for name in _LISTS}
    return moment | lists | {f"record_{name}": record.get(name) for name in _RECORD}


def _cell(value: Any, *, masked: bool) -> str | int:
    if value is None:
        return ""
    if isinstance(value, int):
        return value
    text = scalar(str(value)[:LONGEST])
    return csv_cell(mask_text(text) if masked else text)
