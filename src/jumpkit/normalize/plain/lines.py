"""Follows one member of text, line by line: its heading, its records with their places, and what is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from jumpkit.model.artifact import Chunk, Rejected
from jumpkit.model.event import Address, Reject
from jumpkit.normalize.plain.cut import Cut
from jumpkit.normalize.plain.fields import table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jumpkit.normalize.plain.plan import Plan

_BOM = b"\xef\xbb\xbf"
_BLOCK = 1 << 20  # bytes that are cut into fields at a time
_HEADS = 16  # lines in which a heading may stand
_FEWEST = 3  # names of a heading
_STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ")  # before each line of a CloudWatch Logs export
_LONGEST = 1 << 20  # bytes of a line


def told_by(plan: Plan, lines: Sequence[str]) -> tuple[str, ...] | None:
    """Return the names of the fields where these first lines are this source's, None where they are not."""
    for line in lines:
        found = plan.heading.match(line) if plan.heading else None
        if found:
            names = _names(plan, found["names"])
            if names:
                return names
    body = next((line for line in lines if not (plan.comment and line.startswith(plan.comment))), "")
    return plan.order if plan.line is not None and plan.line.match(body) else None


def _names(plan: Plan, text: str) -> tuple[str, ...] | None:
    """Return a heading's names; most must be known, and no two the same."""
    names = [plan.rename.get(name, name) for name in text.split()]
    known = sum(name in plan.known for name in names)
    fine = len(names) >= _FEWEST and known * 3 >= len(names) * 2 and len(set(names)) == len(names)
    return tuple(names) if fine else None


def first_lines(data: bytes) -> tuple[list[str], bool]:
    """Return the first lines that are not blank, without CloudWatch's stamps, and whether there were such stamps."""
    found = [line.strip(b"\r") for line in data[: 1 << 16].removeprefix(_BOM).split(b"\n", _HEADS)[:_HEADS]]
    found = [line for line in found if line.strip()]
    stamped = bool(found) and _STAMP.match(found[0]) is not None
    if stamped:
        found = [_STAMP.sub(b"", line, count=1) for line in found]
    return [line.decode("utf-8", "replace") for line in found], stamped


class Unnamed:
    """A member whose source is known, and whose fields nothing names."""

    def __init__(self, why: str) -> None:
        """Take the reason."""
        self._why = why

    def take(self, chunk: Chunk) -> Iterator[Rejected]:
        """Yield the refusal, once."""
        if not chunk.offset:
            yield Rejected("", chunk.member, chunk.sha256, "unsupported", self._why)


class Lines:
    """One member: the names of its fields, and how many of its records were seen and stored."""

    def __init__(self, plan: Plan, names: tuple[str, ...], *, stamped: bool) -> None:
        """Begin at the member's first line."""
        self._plan = plan
        self._names = names
        self._stamped = stamped
        self._carry = b""
        self._seen = 0
        self._stored = 0

    def take(self, chunk: Chunk) -> Iterator[Cut | Reject | Rejected]:
        """Yield what a chunk brings."""
        data = self._carry + chunk.data if self._carry else chunk.data
        base = chunk.offset - len(self._carry)
        whole = len(data) if chunk.last else data.rfind(b"\n") + 1
        self._carry = data[whole:]
        at = len(_BOM) if not base and data.startswith(_BOM) else 0
        torn = chunk.truncated is not None and not data.endswith(b"\n")
        while at < whole:
            end = whole if whole - at <= _BLOCK else data.rfind(b"\n", at, at + _BLOCK) + 1 or data.find(b"\n", at) + 1
            end = end or whole
            yield from self._block(data[at:end], base + at, chunk, torn=torn and end == whole)
            at = end
        if chunk.truncated is not None:
            why = f"{chunk.truncated}; {self._stored} whole records before that kept"
            yield Rejected("", chunk.member, chunk.sha256, "truncated", why)

    def _block(self, data: bytes, base: int, chunk: Chunk, *, torn: bool) -> Iterator[Cut | Reject]:
        """Yield the records of some lines, the last of which may be torn off."""
        lines = data.split(b"\n")
        sizes = np.fromiter(map(len, lines), np.int64, len(lines))
        starts = np.empty(len(lines), np.int64)
        starts[0] = base
        np.cumsum(sizes[:-1] + 1, out=starts[1:])
        starts[1:] += base
        lines, starts, bad = self._records(lines, starts)
        if torn and lines:
            bad[len(lines) - 1] = "cut short"
        indexes = np.arange(self._seen, self._seen + len(lines), dtype=np.int32)
        self._seen += len(lines)
        yield from self._cut(lines, (starts, indexes), bad, chunk)

    def _records(
        self, lines: list[bytes], starts: np.ndarray[tuple[int], np.dtype[np.int64]]
    ) -> tuple[list[bytes], np.ndarray[tuple[int], np.dtype[np.int64]], dict[int, str]]:
        """Return the lines that hold records, without stamps and the space around them."""
        if any(line.endswith(b"\r") for line in lines[:2]) or b"" in lines or self._stamped or self._plan.heading:
            kept = [place for place, line in enumerate(lines) if not self._empty(line)]
            lines, starts = [lines[place].rstrip(b"\r") for place in kept], starts[kept]
        bad = {place: "a line of more than a mebibyte" for place, line in enumerate(lines) if len(line) > _LONGEST}
        if not self._stamped:
            return lines, starts, bad
        stamps = [_STAMP.match(line) for line in lines]
        skips = [len(stamp[0]) if stamp else 0 for stamp in stamps]
        bad |= {place: "a line without CloudWatch's time" for place, stamp in enumerate(stamps) if not stamp}
        return [line[skip:] for line, skip in zip(lines, skips, strict=True)], starts + np.array(skips, np.int64), bad

    def _empty(self, line: bytes) -> bool:
        """Say whether a line is blank, a comment or a heading."""
        if not line or line == b"\r":
            return True
        comment = self._plan.comment
        if comment is not None and line.startswith(comment.encode()):
            return True
        first = line[:1]
        if self._plan.heading is None or not first.isalpha() or line.count(b" ") + 1 != len(self._names):
            return False
        return self._plan.heading.match(line.decode("utf-8", "replace").rstrip("\r")) is not None

    def _cut(
        self, lines: list[bytes], places: tuple[np.ndarray, np.ndarray], bad: dict[int, str], chunk: Chunk
    ) -> Iterator[Cut | Reject]:
        starts, indexes = places
        ends = starts + np.fromiter(map(len, lines), np.int64, len(lines))
        fine = np.ones(len(lines), np.bool_)
        fine[list(bad)] = False
        tried = lines if not bad else [line for place, line in enumerate(lines) if place not in bad]
        table, good = table_of(self._plan, tried, self._names)
        for place in np.flatnonzero(fine)[~good].tolist():
            bad[place] = f"not the fields that this log has: {len(self._names)} are named"
            fine[place] = False
        for place in sorted(bad):
            where = (int(indexes[place]), int(starts[place]), int(ends[place]))
            yield Reject(Address(chunk.sha256, chunk.member, *where), bad[place])
        if fine.any():
            self._stored += int(fine.sum())
            texts = lines if fine.all() else _kept(lines, fine.tolist())
            yield Cut(self._plan, table, texts, chunk.sha256, chunk.member, indexes[fine], starts[fine], ends[fine])


def _kept(lines: Iterable[bytes], fine: Iterable[bool]) -> list[bytes]:
    return [line for line, good in zip(lines, fine, strict=True) if good]
