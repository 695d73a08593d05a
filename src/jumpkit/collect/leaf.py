"""Cuts the bytes of one member into chunks; not for understanding what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from jumpkit.model.artifact import Chunk, Rejected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.collect.limits import Limits
    from jumpkit.collect.streams import Peeked

BLANK = b"\xef\xbb\xbf \t\r\n"


def chunks(stream: Peeked, path: str, sha256: str, member: str | None, limits: Limits) -> Iterator[Chunk | Rejected]:
    """Yield the member whole if it is small or one document, else in runs that end at a line's end.

    What ends early comes with the reason in its last chunk; where nothing was readable that is a rejection.
    """
    data = stream.exactly(limits.one_chunk)
    if not stream.head(1):
        if data:
            yield Chunk(sha256, member, data, 0, last=True, truncated=stream.damage)
        else:
            yield Rejected(path, member, sha256, "truncated", stream.damage or "it holds nothing")
        return
    cut = _Cut(stream, path, sha256, member, limits)
    yield from cut.lines(data) if by_lines(data) else cut.whole(data)


def by_lines(data: bytes) -> bool:
    r"""Return whether a large member's first line stands for itself: a JSON object, or a line that is no JSON.

    >>> by_lines(b'{"a": 1}\n{"a"'), by_lines(b'{"Records": [\n{'), by_lines(b"a,b\n1,2")
    (True, False, True)
    """
    start = data[: len(BLANK) + 1].lstrip(BLANK)[:1] or data.lstrip(BLANK)[:1]
    if start == b"[":
        return False
    end = data.find(b"\n", len(data) - len(data.lstrip(BLANK)))
    if start != b"{" or end < 0:
        return end >= 0
    try:
        msgspec.json.decode(data[:end].lstrip(BLANK).decode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


class _Cut:
    """A member too large for one chunk."""

    def __init__(self, stream: Peeked, path: str, sha256: str, member: str | None, limits: Limits) -> None:
        self._stream = stream
        self._path = path
        self._sha256 = sha256
        self._member = member
        self._limits = limits

    def whole(self, data: bytes) -> Iterator[Chunk | Rejected]:
        """Yield one chunk, or turn away what is too large for one."""
        rest = self._stream.exactly(self._limits.max_whole - len(data))
        if self._stream.head(1):
            yield self._too_large("one JSON document")
            return
        yield Chunk(self._sha256, self._member, data + rest, 0, last=True, truncated=self._stream.damage)

    def lines(self, data: bytes) -> Iterator[Chunk | Rejected]:
        """Yield runs of lines, keeping lines together that a quoted field spans."""
        offset, ended, quoted = 0, False, data.lstrip(BLANK)[:1] != b"{"
        while True:
            end = line_end(data, self._limits.chunk, quoted=quoted) if len(data) > self._limits.chunk else 0
            if 0 < end < len(data):
                yield Chunk(self._sha256, self._member, data[:end], offset, last=False)
                offset += end
                data = data[end:]
            elif ended:
                yield Chunk(self._sha256, self._member, data, offset, last=True, truncated=self._stream.damage)
                return
            elif len(data) > self._limits.max_whole:
                yield self._too_large("one line")
                return
            else:
                more = self._stream.exactly(max(self._limits.chunk, len(data)))
                ended = not self._stream.head(1)
                data += more

    def _too_large(self, what: str) -> Rejected:
        reason = f"{what} of more than {self._limits.max_whole} bytes: split it, for example into JSON Lines"
        return Rejected(self._path, self._member, self._sha256, "unsupported", reason)


def line_end(data: bytes, want: int, *, quoted: bool) -> int:
    r"""Return where to cut near `want`: after a line's end, outside quotes if `quoted`; 0 if there is no such place.

    >>> line_end(b'a\n"b\nc"\nd', 6, quoted=True), line_end(b'a\n"b\nc"\nd', 6, quoted=False)
    (2, 5)
    """
    plain = data.rfind(b"\n", 0, want) + 1 or data.find(b"\n", want) + 1
    if not quoted or not plain:
        return plain
    cut, open_quotes = plain, data.count(b'"', 0, plain) & 1
    while open_quotes and cut:
        before = data.rfind(b"\n", 0, cut - 1) + 1
        open_quotes ^= data.count(b'"', before, cut) & 1
        cut = before
    return cut or _forward(data, plain) or plain


def _forward(data: bytes, start: int) -> int:
    """Return the first line's end after `start`, which lies within quotes, that lies outside; 0 if there is none."""
    cut, open_quotes = start, 1
    while open_quotes:
        after = data.find(b"\n", cut) + 1
        if not after:
            return 0
        open_quotes ^= data.count(b'"', cut, after) & 1
        cut = after
    return cut
