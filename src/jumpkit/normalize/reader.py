"""Reads chunks of a source's members and hands on batches of events, and a word about everything that is none."""

from __future__ import annotations

from array import array
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jumpkit.model.artifact import Chunk, Rejected, Skipped
from jumpkit.model.batch import Batch
from jumpkit.model.event import Address, Reject
from jumpkit.normalize import shapes
from jumpkit.normalize.block import Block, digest
from jumpkit.normalize.decode import Decoded, Decoder, Layout
from jumpkit.normalize.mapping import Epoch
from jumpkit.normalize.member import Member
from jumpkit.normalize.moments import looked_through
from jumpkit.normalize.pieces import Pieces, Records, Text
from jumpkit.normalize.table import Gathered, Places, batch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from jumpkit.normalize.source import Source

ROWS = 8192  # of a batch, at least; the last may be smaller
_DECODE = 2048  # records that are held as typed rows at a time
_DIGEST = 1024  # rows that wait for it; small files are digested together
_SIGNS = (b"eventTime", b"eventSource", b"eventName")  # together, they betray a record inside of something else
_DISTINCT = 8_192  # distinct values of a field after which all that was learned is forgotten

Outcome = Batch | Reject | Rejected | Skipped


class Reader:
    """Reads one source. A Rejected or Skipped of it has an empty path: the caller knows which path has that digest."""

    def __init__(self, source: Source) -> None:
        """Begin with nothing waiting."""
        self._decoder = Decoder(source)
        self._source = source
        self._epoch = Epoch(source, 0)
        self._member: Member | None = None
        self._layout: Layout = self._decoder.layout
        self._forget()

    def _forget(self) -> None:
        """Hold no rows."""
        self._rows: list[Any] = []
        self._ms: list[npt.NDArray[np.int64] | None] = []  # of the rows, run by run, as far as they are known yet
        self._blocks: list[Block] = []
        self._texts: list[Sequence[Text]] = []  # of the rows, run by run
        self._count = 0
        self._artifacts: list[tuple[str, str | None, int]] = []
        self._starts, self._ends, self._indexes = array("q"), array("q"), array("i")

    def feed(self, chunk: Chunk) -> Iterator[Outcome]:
        """Yield what the chunk completes; rows wait until there are enough for a batch."""
        member = self._member
        if member is None or not chunk.offset or (member.sha256, member.name) != (chunk.sha256, chunk.member):
            member = self._member = Member(self._source, chunk.sha256, chunk.member)
        whole = self._whole(chunk)
        if whole is not None:
            member.accepted = member.done = True
            yield from self._take(whole, member)
            return
        for found in member.take(chunk):
            if isinstance(found, Pieces):
                for pieces in found.blocks(_DECODE):
                    yield from self._store(pieces, member)
                    if member.done:
                        break
            else:
                yield found

    def _whole(self, chunk: Chunk) -> Decoded | None:
        """Return the rows of a member that is one document as CloudTrail writes it, None for any other."""
        if chunk.offset or not chunk.last or chunk.truncated is not None:
            return None
        return self._decoder.whole(chunk.data)

    def add(self, pieces: Pieces, index: int, chunk: Chunk) -> Iterator[Outcome]:
        """Take records found among those of other sources; `index` is the first one's number in its member."""
        member = Member(self._source, chunk.sha256, chunk.member)
        member.seen, member.accepted = index, True
        yield from self._store(pieces, member)

    def flush(self) -> Iterator[Batch]:
        """Yield the rows that still wait."""
        self._digest()
        if self._count:
            yield self._batch()

    def _store(self, pieces: Pieces, member: Member) -> Iterator[Outcome]:
        """Take records in, and yield their refusals."""
        decoded = self._decoder.decode(pieces)
        if pieces.wide:
            decoded.widen(pieces.wide)
        if not decoded.kin and not member.accepted and pieces.texts:
            member.done = True
            yield self._foreign(pieces, member)
            return
        member.accepted = member.accepted or bool(pieces.texts)
        yield from self._take(decoded, member)

    def _take(self, decoded: Decoded, member: Member) -> Iterator[Outcome]:
        """Take decoded records in, and yield their refusals and what becomes full by them."""
        yield from self._timed(decoded, member)
        if len(self._rows) >= _DIGEST:
            self._digest()
            if self._count >= ROWS:
                yield self._batch()

    def _timed(self, decoded: Decoded, member: Member) -> Iterator[Reject]:
        """Keep the rows whose time can be read; yield a refusal for the others and for what was refused before."""
        if decoded.rows and self._layout is not self._decoder.layout:
            self._digest()
            self._layout = self._decoder.layout
        attribute = self._layout.fields[self._source.tables["time"][0]][0]
        late, ms = looked_through(list(map(attrgetter(attribute), decoded.rows)))
        if late:
            decoded, ms = _without(decoded, late), None
        for place, start, end, reason in decoded.refused:
            yield Reject(Address(member.sha256, member.name, member.seen + place, start, end), reason)
        count = len(decoded.rows)
        places = decoded.places
        self._indexes.extend(
            range(member.seen, member.seen + count) if places is None else [member.seen + place for place in places]
        )
        member.seen += decoded.seen
        member.stored += count
        if count:
            self._rows += decoded.rows
            self._ms.append(ms)
            self._texts.append(decoded.said())
            self._count += count
            self._artifacts.append((member.sha256, member.name, count))
            self._starts.extend(decoded.starts)
            self._ends.extend(decoded.ends)

    def _foreign(self, pieces: Pieces, member: Member) -> Rejected | Skipped:
        """Return what a member is whose first records are none of this source."""
        text = next((text for place, text in enumerate(pieces.texts) if place not in pieces.bad), None)
        if text is None:
            return member.rejected("not_a_log", "it begins like JSON and is none")
        vendor = shapes.other_vendor(text)
        if vendor:
            return member.rejected("not_a_log", f"it looks like {vendor}, which is not read here")
        if all(name in bytes(text) for name in _SIGNS):
            return member.rejected("unsupported", "CloudTrail fields within JSON of a wrapping that is not known")
        if len(pieces.texts) > 1:
            return member.rejected("not_a_log", "JSON, but of no log source that is known")
        return Skipped("", "JSON that is no log: nothing in it names an event of a source that is known")

    def _digest(self) -> None:
        """Turn typed rows into columns."""
        if self._rows:
            known = [ms for ms in self._ms if ms is not None]
            ms = np.concatenate(known) if len(known) == len(self._ms) else None
            self._blocks.append(digest(self._rows, self._layout, self._epoch, ms))
            self._rows, self._ms = [], []

    def _batch(self) -> Batch:
        """Return all digested rows as a batch."""
        places = Places(
            self._artifacts,
            np.array(self._starts, np.int64),
            np.array(self._ends, np.int64),
            np.array(self._indexes, np.int32),
        )
        made = batch(Gathered(self._blocks, Records(self._texts), places), self._epoch)
        self._forget()
        if self._epoch.size > _DISTINCT:
            self._epoch.groups.clear()  # they refer to the epoch, which would wait for the garbage collector
            self._epoch = Epoch(self._source, self._epoch.number + 1)
        return made


def _without(decoded: Decoded, late: list[int]) -> Decoded:
    """Return the same with these rows refused, whose time cannot be read."""
    places = decoded.places if decoded.places is not None else list(range(len(decoded.rows)))
    refused = [(places[row], decoded.starts[row], decoded.ends[row], "no time that can be read") for row in late]
    out = frozenset(late)
    keep = [row for row in range(len(decoded.rows)) if row not in out]
    texts = decoded.said()
    return Decoded(
        [decoded.rows[row] for row in keep],
        [texts[row] for row in keep],
        [decoded.starts[row] for row in keep],
        [decoded.ends[row] for row in keep],
        [places[row] for row in keep],
        sorted([*decoded.refused, *refused]),
        decoded.seen,
        decoded.kin,
    )
