"""Answers when everything happened: all sources of a case on one axis, as object, lines, table or picture."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from jumpkit.app.asking import matter
from jumpkit.coordinate.notes import notes
from jumpkit.coordinate.show import show_case
from jumpkit.investigate.axis import axis, folded, stream
from jumpkit.kit.clock import stamp
from jumpkit.kit.masking import mask
from jumpkit.kit.text import csv_cell
from jumpkit.report.axis import page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from jumpkit.app.workspace import Desk
    from jumpkit.investigate.axis import Asked

_COLUMNS = (
    "time", "until", "kind", "state", "severity", "phase", "techniques", "text", "operation", "service", "outcome",
    "principal", "address", "peer", "resource", "account", "region", "source", "original_time", "precision",
    "clock_skew_s", "findings", "event", "record_sha256", "record_member", "record_index", "record_start",
    "record_end", "why",
)  # fmt: skip


def timeline(desk: Desk, named: str | None, asked: Asked, *, estate: Path | None = None) -> dict[str, Any]:
    """Return timeline/1 of a case.

    Raises:
        NotFound: there is no such case.

    """
    with matter(desk, named, estate) as at:
        answer = axis(at.lake, at.picture, at.estate, asked, _stated(desk, at.case))
    return dict(mask({"schema": "timeline/1", "case": at.case, **answer}))


def lines(desk: Desk, named: str | None, asked: Asked, *, estate: Path | None = None) -> Iterator[dict[str, Any]]:
    """Yield every row, and last an object with `total` and `limits`; nothing is left out for its number.

    Raises:
        NotFound: there is no such case.

    """
    with matter(desk, named, estate) as at:
        for row in stream(at.lake, at.picture, at.estate, asked, _stated(desk, at.case)):
            yield mask(row)


def table(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield rows as lines of CSV that a spreadsheet shows and never computes, the heading first."""
    yield _line(_COLUMNS)
    for row in rows:
        if "kind" in row:
            yield _line([csv_cell(_cell(row, name)) for name in _COLUMNS])


def _cell(row: Mapping[str, Any], name: str) -> str:
    if name.startswith("record_"):
        value = (row["record"] or {}).get(name.removeprefix("record_"))
    elif name == "clock_skew_s":
        value = (row["clock_skew"] or {}).get("value_s")
    elif name == "principal":
        value = (row["principal"] or {}).get("name") or (row["principal"] or {}).get("uid")
    else:
        value = row[name]
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _stated(desk: Desk, case: str) -> list[dict[str, Any]]:
    """Return what people entered in the case that has a place in time; a privileged note keeps its words."""
    with desk.book.read() as tx:
        written = notes(tx, case)
        moments = show_case(tx, case)["moments"]
    said = [
        {
            "kind": "note",
            "time": row["recorded"],
            "text": "(privileged: its words are not shown here)" if row["privileged"] else row["text"],
            "why": f"note {row['note']} by {row['author']}",
        }
        for row in written
    ]
    return said + [_moment(row) for row in moments if row["at"]]


def _moment(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": "moment", "time": row["at"], "text": row["kind"].replace("_", " "), "why": "moment of the case"}


def picture(desk: Desk, answer: Mapping[str, Any], out: Path) -> None:
    """Draw a timeline as one page that needs nothing else."""
    out.write_text(page(answer, folded(answer["items"]), stamp(desk.clock())), "utf-8")
