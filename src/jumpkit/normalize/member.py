"""Follows one member chunk by chunk, recognizes its shape by content, and hands on its records with their places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from jumpkit.model.artifact import Chunk, Rejected, Skipped
from jumpkit.normalize import csvrows, shapes
from jumpkit.normalize.pieces import SPACE, Pieces, Wide
from jumpkit.normalize.salvage import Salvaged, array_start, closed, salvage
from jumpkit.normalize.split import BROKEN, as_list, is_utf8, lines, located, whole

if TYPE_CHECKING:
    from jumpkit.normalize.source import Source

Found = Pieces | Skipped | Rejected
Step = Callable[[bytes, int, bool], Iterator[Found]]

_MORE = re.compile(rb"\S")
_BOM = b"\xef\xbb\xbf"
_LONGEST = 1 << 30  # bytes that may wait for the next chunk; beyond, memory would not stay bounded
_HEADING = 1 << 20  # bytes of a CSV's first line


class _Envelope(msgspec.Struct):
    """What a whole document may hold at its top."""

    Records: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET
    digestS3Object: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET  # noqa: N815 (the vendor's name)
    logFiles: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET  # noqa: N815 (the vendor's name)


_ENVELOPE = msgspec.json.Decoder(_Envelope)


class Member:
    """One member: its shape, what waits for the next chunk, and how many of its records were seen and stored."""

    def __init__(self, source: Source, sha256: str, name: str | None) -> None:
        """Begin at the member's first byte."""
        self.sha256 = sha256
        self.name = name
        self.accepted = False  # a record of this source was seen
        self.done = False  # nothing more is expected of it
        self.seen = 0
        self.stored = 0
        self._source = source
        self._step: Step | None = None
        self._carry = b""
        self._heads: list[str] = []

    def take(self, chunk: Chunk) -> Iterator[Found]:
        """Yield what the next chunk brings; the counts must be brought up to date between two yields."""
        if self.done:
            return
        data = self._carry + chunk.data if self._carry else chunk.data
        base = chunk.offset - len(self._carry)
        self._carry = b""
        if self._step is None:
            if not base and data.startswith(_BOM):
                data, base = data[len(_BOM) :], len(_BOM)
            self._step = self._recognize(data, last=chunk.last)
        yield from self._step(data, base, chunk.last)
        if len(self._carry) > _LONGEST:
            self.done = True
            yield self.rejected("unsupported", f"one value is longer than {_LONGEST >> 20} MiB; {self._saved()}")
        if chunk.truncated is not None and not self.done:
            self.done = True
            yield self.rejected("truncated", f"{chunk.truncated}; {self._saved()}")

    def rejected(self, kind: str, reason: str) -> Rejected:
        """Return the refusal of this member; the caller knows the path that belongs to the digest."""
        return Rejected("", self.name, self.sha256, kind, reason)

    def _saved(self) -> str:
        """Say what was kept."""
        return f"{self.stored} whole record{'' if self.stored == 1 else 's'} before that kept"

    def _recognize(self, data: bytes, *, last: bool) -> Step:
        """Return how this member is read."""
        if data[:2] in (b"\xff\xfe", b"\xfe\xff") or data[:2] in (b"{\0", b"[\0", b"\0{", b"\0["):
            return self._wide
        begin = data.lstrip(SPACE)[:1] if data[:1] in (b" ", b"\t", b"\r", b"\n") else data[:1]
        if begin not in (b"{", b"["):
            return self._text
        newline = data.find(b"\n")
        if begin == b"{" and newline > 0 and whole(data[:newline]) and (not last or _MORE.search(data, newline)):
            return self._lines
        return self._document

    def _document(self, data: bytes, base: int, last: bool) -> Iterator[Found]:  # noqa: FBT001 (a step)
        """Read a member that is one JSON value; what comes in several chunks is put together first."""
        if not last:
            self._carry = data
            return
        top = _top(data)
        if top is None:
            yield from self._damaged(data, base)
        elif isinstance(top, _Envelope) and msgspec.UNSET not in (top.digestS3Object, top.logFiles):
            self.done = True
            yield Skipped("", "a CloudTrail digest file: it holds no events; jumpkit digests checks the logs by it")
        else:
            yield _pieces(data, base, top)

    def _damaged(self, data: bytes, base: int) -> Iterator[Found]:
        """Read what can be read of JSON that is not whole, and say that it is not."""
        start = array_start(data)
        bare = data[:start].strip(SPACE) == b"["  # the document itself is the list
        found = salvage(data, start if bare else 0, base, array=bare)
        if start and not bare and len(found.pieces.texts) == len(found.pieces.bad):
            found = salvage(data, start, base, array=True)
        yield from self._salvaged(found, data, base)
        self.done = True
        if found.pieces.texts and not self.accepted:
            return  # the reader has said what this is
        if found.cut:
            yield self.rejected("truncated", f"the JSON is cut short at byte {base + found.rest}; {self._saved()}")
        elif found.rest < len(data):
            why = f"the JSON is damaged, and what follows byte {base + found.rest} is no record; {self._saved()}"
            yield self.rejected("unreadable", why)

    def _salvaged(self, found: Salvaged, data: bytes, base: int) -> Iterator[Found]:
        """Yield salvaged records, the cut one among them as bad."""
        if found.cut and found.rest < len(data):
            found.pieces.add_bad(data[found.rest :], base + found.rest, "cut short")
        found.pieces.suspect = True
        yield found.pieces

    def _lines(self, data: bytes, base: int, last: bool) -> Iterator[Found]:  # noqa: FBT001 (a step)
        """Read JSON Lines."""
        if not last:
            end = data.rfind(b"\n") + 1
            self._carry, data = data[end:], data[:end]
        found = lines(data, base)
        found.suspect = not is_utf8(data)
        cut = last and found.texts and not data.endswith(b"\n") and not closed(bytes(found.texts[-1]))
        if cut:
            found.bad[len(found.texts) - 1] = "cut short"
        yield found
        if cut and self.accepted:
            self.done = True
            yield self.rejected("truncated", f"the last line is cut short; {self._saved()}")

    def _wide(self, data: bytes, base: int, last: bool) -> Iterator[Found]:  # noqa: FBT001 (a step)
        """Read UTF-16: as UTF-8, with the places counted back."""
        if not last:
            self._carry = data
            return
        code = "utf-16-be" if data[:2] == b"\xfe\xff" or data[:1] == b"\0" else "utf-16-le"
        skip = 2 if data[:2] in (b"\xff\xfe", b"\xfe\xff") else 0
        text = data[skip : len(data) & ~1].decode(code, "replace").encode("utf-8", "replace")
        self._step = self._recognize(text, last=True)
        if self._step == self._wide:
            self.done = True
            yield Skipped("", "neither text nor JSON")
            return
        for found in self._step(text, 0, True):  # noqa: FBT003 (a step)
            if isinstance(found, Pieces):
                found.wide = Wide(text, code, base + skip)
            yield found

    def _text(self, data: bytes, base: int, last: bool) -> Iterator[Found]:  # noqa: FBT001 (a step)
        """Read the console's CSV; say what any other text is."""
        end = data.find(b"\n") + 1 or len(data)
        self._heads = csvrows.heading(data[:end]) if end <= _HEADING else []
        if csvrows.is_history(self._heads, self._source):
            self._step = self._rows
            yield from self._rows(data[end:], base + end, last)
            return
        self.done = True
        yield self._no_history(data)

    def _no_history(self, data: bytes) -> Found:
        """Return what a text is that is neither JSON nor the console's CSV."""
        if csvrows.is_flattened(self._heads, self._source):
            why = "a Lake or Athena export: its {key=value} cells cannot be turned back into the record; export JSON"
            return self.rejected("unsupported", why)
        if b"eventSource" in data and b"eventName" in data:
            return self.rejected(
                "unsupported", "CloudTrail fields within text that is neither JSON nor the console's CSV"
            )
        if len(self._heads) > 2 and shapes.looks_like_log(data):  # noqa: PLR2004 (fewer commas stand in any sentence)
            return self.rejected("not_a_log", "CSV with a heading of no source that is known")
        if shapes.looks_like_log(data):
            return self.rejected("not_a_log", "a text log of no source that is known")
        return Skipped("", "no JSON and no log" if data.strip() else "empty")

    def _rows(self, data: bytes, base: int, last: bool) -> Iterator[Found]:  # noqa: FBT001 (a step)
        """Read rows of the console's CSV."""
        found, rest = csvrows.rows(data, base, last=last)
        self._carry = data[rest:]
        for place, row in enumerate(found.texts):
            if place not in found.bad:
                event = csvrows.row_event(bytes(row), self._heads, self._source)
                if event is None:
                    found.bad[place] = "the row has not as many cells as the heading"
                else:
                    found.texts[place] = csvrows.encoded(event)
        yield found


def _top(data: bytes) -> _Envelope | list[msgspec.Raw] | None:
    """Return what a document holds at its top; None where it is no whole JSON."""
    if data.lstrip(SPACE)[:1] == b"[":
        return as_list(data)
    try:
        return _ENVELOPE.decode(data)
    except msgspec.ValidationError:
        return _Envelope()
    except BROKEN:
        return None


def _pieces(data: bytes, base: int, top: _Envelope | list[msgspec.Raw]) -> Pieces:
    """Return a whole document's records: the elements of its list, or the document itself."""
    raws = top.Records if isinstance(top, _Envelope) else top
    if isinstance(raws, list):
        pieces = located(raws, data, base)
    else:
        text = data.strip(SPACE)
        start = base + data.index(text[:1])
        pieces = Pieces([text], [start], [start + len(text)])
    pieces.suspect = not is_utf8(data)
    return pieces
