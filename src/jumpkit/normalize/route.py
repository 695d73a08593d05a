"""Hands each member to the reader of its source, told by content alone; CloudTrail's comes first and pays nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from jumpkit.normalize.pieces import SPACE
from jumpkit.normalize.plain.cut import Cut
from jumpkit.normalize.plain.documents import Documents, Trail
from jumpkit.normalize.plain.lines import Lines, Unnamed, first_lines
from jumpkit.normalize.plain.probe import first_record
from jumpkit.normalize.plain.sources import Plans
from jumpkit.normalize.plain.tables import MAGIC, Tables
from jumpkit.normalize.plain.trays import Trays
from jumpkit.normalize.reader import Outcome, Reader
from jumpkit.normalize.source import list_sources, load_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jumpkit.model.artifact import Chunk

FIRST = "aws/cloudtrail"
_TRAIL = re.compile(
    rb'\s*(?:\{\s*"Records"\s*:\s*\[\s*|\[\s*)?\{\s*"(?:eventVersion|userIdentity|eventSource)"\s*:', re.ASCII
)
_BUS, _HEAD = b'"detail-type"', 1 << 16  # of an event bus, on which events of many sources are delivered
_BOM = b"\xef\xbb\xbf"
_STAMPED = re.compile(
    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (?=\s*\{)"
)  # of a CloudWatch Logs export: JSON after its time
_STAMPS = re.compile(rb"^" + _STAMPED.pattern, re.MULTILINE)

Scribe = Documents | Lines | Tables | Unnamed


class Readers:
    """Reads all sources. A Rejected or Skipped of it has an empty path: the caller knows which path has that digest."""

    def __init__(self, sources: Sequence[str] | None = None) -> None:
        """Take the ids of the sources to read, all that there are by default; CloudTrail must be among them."""
        self._first = Reader(load_source(FIRST))
        self._plans = Plans(list_sources() if sources is None else sources)
        self._trays = Trays()
        self._scribe: Scribe | None = None
        self._member: tuple[str, str | None] | None = None
        self._stamped = False

    def feed(self, chunk: Chunk) -> Iterator[Outcome]:
        """Yield what the chunk completes; rows wait until there are enough for a batch."""
        fresh = not chunk.offset or self._member != (chunk.sha256, chunk.member)
        if fresh:
            self._stamped = _STAMPED.match(chunk.data.removeprefix(_BOM)) is not None
        if self._stamped:
            chunk = replace(chunk, data=_STAMPS.sub(_blank, chunk.data))
        if fresh:
            self._member = (chunk.sha256, chunk.member)
            self._scribe = self._chosen(chunk)
        if self._scribe is None:
            yield from self._first.feed(chunk)
            return
        for found in self._scribe.take(chunk):
            if isinstance(found, Cut):
                yield from self._trays.put(found)
            elif isinstance(found, Trail):
                yield from self._first.add(found.pieces, found.index, chunk)
            else:
                yield found

    def flush(self) -> Iterator[Outcome]:
        """Yield the rows that still wait."""
        yield from self._first.flush()
        yield from self._trays.flush()

    def _chosen(self, chunk: Chunk) -> Scribe | None:
        """Return who reads a member that begins with this chunk, None for CloudTrail's reader."""
        data = chunk.data
        if _TRAIL.match(data):
            return None
        if data.startswith(MAGIC):
            return Tables(self._plans)
        if data.removeprefix(_BOM)[:64].lstrip(SPACE + b"\0\xff\xfe")[:1] in (b"{", b"["):
            value = first_record(data, self._plans.wrappers, self._plans.told)
            mixed = self._plans.trail(value) and _BUS in data[:_HEAD]
            return Documents(self._plans, chunk) if mixed or self._plans.of(value) else None
        lines, stamped = first_lines(data)
        found = self._plans.lines(lines)
        if found:
            return Lines(found[0], found[1], stamped=stamped)
        why = self._plans.why_not(lines)
        return Unnamed(why) if why else None


def _blank(stamp: re.Match[bytes]) -> bytes:
    """Return as much space as a stamp takes, so that every record keeps its place."""
    return b" " * len(stamp[0])
