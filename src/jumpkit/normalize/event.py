"""From a record's own bytes back to the event that rules and `show` see."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jumpkit.kit.errors import Unreadable
from jumpkit.normalize import csvrows
from jumpkit.normalize.decode import layout
from jumpkit.normalize.mend import Mender
from jumpkit.normalize.pieces import SPACE
from jumpkit.normalize.plain.back import plain_event
from jumpkit.normalize.plain.plan import plan_of
from jumpkit.normalize.plain.tables import row_event
from jumpkit.normalize.values import decoded

if TYPE_CHECKING:
    from jumpkit.normalize.source import Source

_HINT = "look at its bytes in the sealed artifact"
_BOM = b"\xef\xbb\xbf"


def raw_event(data: bytes, source: Source, *, head: bytes = b"") -> dict[str, Any]:
    """Return the event that a record's own bytes hold; Unreadable where they hold none.

    A line or a CSV row has names only by its heading: `head` is the beginning of its member, at least the first line;
    without it the row comes as `{"row": [cell, …]}`.
    """
    if source.kind != "cloudtrail":
        return plain_event(data, plan_of(source.id), head)
    text = data
    if data[:2] in (b"{\0", b"\0{", b'"\0', b'\0"'):
        text = data.decode("utf-16-be" if data[:1] == b"\0" else "utf-16-le", "replace").encode("utf-8", "replace")
    value = decoded(text)
    if isinstance(value, dict) and all(value.get(name) for name in (*source.tables["names"], source.tables["time"][0])):
        return value
    if text.lstrip(SPACE)[:1] != b"{" and not (isinstance(value, str) and "{" in value):
        return _row(text, source, head)
    for each in _mender(source).mend(text, 0, len(text)):
        if each.row is not None:
            event: dict[str, Any] = decoded(each.text)
            return event
        raise Unreadable(f"the record holds no event: {each.reason}", hint=_HINT)
    raise Unreadable("the record is empty", hint=_HINT)


def raw_row(data: bytes, index: int, source: Source) -> dict[str, Any]:
    """Return the event in one row of a whole Parquet file; Unreadable where it has no such row."""
    return row_event(data, index, plan_of(source.id))


@cache
def _mender(source: Source) -> Mender:
    """Return what takes in a source's odd records."""
    made = layout(source)
    return Mender(source, made.row, made.fields)


def _heading(head: bytes) -> list[str]:
    """Return the headings that a member begins with, none where it is no CSV."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "replace").encode("utf-8", "replace")
    line = head.removeprefix(_BOM).split(b"\n", 1)[0]
    return [] if line.lstrip(SPACE)[:1] in (b"", b"{", b"[") else csvrows.heading(line)


def _row(row: bytes, source: Source, head: bytes) -> dict[str, Any]:
    """Return the event that a row of the console's CSV abridges."""
    event = csvrows.row_event(row, _heading(head), source) if head else None
    cells = csvrows.cells(row)
    if event is None and len(cells) <= 1:
        raise Unreadable("the record is neither JSON nor a row of CSV", hint=_HINT)
    return {"row": cells} if event is None else event
