"""The console's event history as CSV: rows with their places, and each row as the event that it abridges."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

import msgspec

from jumpkit.normalize.pieces import Pieces

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jumpkit.normalize.source import Source

_ROW = re.compile(rb'(?:[^"\r\n]++|"(?:[^"]++|"")*+")*+(?:\r\n|\n|\r|\Z)')
_FLAGS = {"true": True, "false": False}
_FLAG_FIELDS = ("readOnly", "managementEvent")
_LONGEST = 1 << 24  # characters of one cell


def cells(row: bytes) -> list[str]:
    """Return one row's cells; bytes that are no UTF-8 are replaced."""
    csv.field_size_limit(_LONGEST)
    try:
        found = next(csv.reader(io.StringIO(row.decode("utf-8", "replace").replace("\x00", "\ufffd"), newline="")), [])
    except csv.Error:
        return []
    return found


def heading(row: bytes) -> list[str]:
    """Return the headings, in lower case and without the space around them."""
    return [" ".join(cell.lower().split()) for cell in cells(row)]


def rows(data: bytes, base: int, *, last: bool) -> tuple[Pieces, int]:
    """Return the rows from the beginning of `data`, and the place after the last whole one."""
    found, at = Pieces(), 0
    while at < len(data):
        match = _ROW.match(data, at)
        end = match.end() if match else data.find(b"\n", at) + 1 or len(data)
        unfinished = match is None or (end == len(data) and data[-1:] not in (b"\n", b"\r"))
        if unfinished and not last:
            break
        text = data[at:end].rstrip(b"\r\n")
        if match is None:
            found.add_bad(text, base + at, "a quotation mark is never closed")
        elif text.strip():
            found.add(text, base + at, base + at + len(text))
        at = end
    return found, at


def is_history(heads: Sequence[str], source: Source) -> bool:
    """Say whether these headings are those of the console's event history."""
    return set(source.tables["csv_needs"]) <= set(heads)


def is_flattened(heads: Sequence[str], source: Source) -> bool:
    """Say whether these headings are the record's fields themselves, as Lake and Athena export them."""
    return set(source.tables["csv_flattened"]) <= set(heads)


def row_event(row: bytes, heads: Sequence[str], source: Source) -> dict[str, Any] | None:
    """Return the event that a row abridges, by the record's own names; None where the cells do not fit the headings."""
    found = cells(row)
    if len(found) != len(heads):
        return None
    names: Mapping[str, str] = source.tables["csv"]
    event: dict[str, Any] = {}
    for head, cell in zip(heads, found, strict=True):
        if cell.strip() in ("", "-"):
            continue
        path = names.get(head, head)
        _put(event, path, _FLAGS.get(cell.lower(), cell) if path in _FLAG_FIELDS else cell)
    return event


def _put(event: dict[str, Any], path: str, value: object) -> None:
    """Set a value two steps deep at most; a resource's parts share the one element of their list."""
    outer, _, inner = path.partition(".")
    if not inner:
        event[outer] = value
    elif outer == "resources":
        event.setdefault(outer, [{}])[0].setdefault(inner, value)
    else:
        event.setdefault(outer, {})[inner] = value


def encoded(event: dict[str, Any]) -> bytes:
    """Return the event as JSON."""
    return msgspec.json.encode(event)
