"""Reads a sealed artifact: unpacks what is packed and hands out the content of each member in chunks."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING

from jumpkit.collect.hashing import HashingFile
from jumpkit.collect.inflate import FAST_BELOW, GZIP, decompress, gunzip_whole, readable
from jumpkit.collect.leaf import chunks
from jumpkit.collect.names import no_log, unpacked
from jumpkit.collect.sniff import HEAD, Verdict, judge
from jumpkit.collect.streams import BLOCK, Bomb, Budget, Damaged, Peeked, Seekable, file_pieces, in_pieces
from jumpkit.collect.tar import tar_members
from jumpkit.collect.zip import is_office, zip_members
from jumpkit.kit.errors import NotFound
from jumpkit.model.artifact import Chunk, Rejected, Sealed, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.collect.limits import Limits
    from jumpkit.collect.members import Member

Item = Chunk | Rejected | Skipped
ARCHIVES = frozenset({"tar", "zip"})
WHOLE = frozenset({"text", "parquet"})  # what is handed out as it is
COMPRESSED = frozenset({"gzip", "bzip2", "xz", "zstd"})
LARGE_ZIP = "a zip within an archive, too large for memory: unpack it first"
NO_MORE = "; nothing more of this input is read"


def read(sealed: Sealed, limits: Limits) -> Iterator[Item]:
    """Yield the content of the artifact's members in chunks, and by name what is no log or cannot be read.

    What is packed is told by content, not by name. Of what lies in place the bytes that are parsed are hashed
    as they are read: a file that is no longer what was sealed is rejected as `changed`, a small one before
    its first chunk, a large one before its last.
    """
    try:
        if sealed.size <= (limits.one_chunk if sealed.in_place else FAST_BELOW):
            data = sealed.path.read_bytes()
            if len(data) != sealed.size or (sealed.in_place and hashlib.sha256(data).hexdigest() != sealed.sha256):
                yield _changed(sealed)
                return
            yield from _guarded(_Run(sealed, limits, Budget(sealed.size, limits), None).from_memory(data))
        else:
            yield from _read_large(sealed, limits)
    except OSError as error:
        yield Rejected(sealed.name, None, sealed.sha256, "unreadable", (error.strerror or str(error)).lower())


def cut(sealed: Sealed, member: str | None, start: int, end: int, limits: Limits) -> bytes:
    """Return the bytes `start` to `end` of the decompressed member; NotFound if it has no such bytes."""
    found = b""
    for item in read(sealed, limits):
        if isinstance(item, Chunk) and item.member == member and item.offset < end:
            found += item.data[max(0, start - item.offset) : end - item.offset]
            if len(found) == end - start:
                return found
    raise NotFound(f"{sealed.name} has no bytes {start} to {end} in {member or 'it'}", target=sealed.sha256)


def _read_large(sealed: Sealed, limits: Limits) -> Iterator[Item]:
    with sealed.path.open("rb") as opened:
        file = HashingFile(opened) if sealed.in_place else opened
        items = _guarded(_Run(sealed, limits, Budget(sealed.size, limits), file).from_file())
        held = next(items, None)
        for item in items:
            if held is not None:
                yield held
            held = item
        if isinstance(file, HashingFile) and file.digest() != sealed.sha256:
            yield _changed(sealed)
        elif held is not None:
            yield held


def _guarded(items: Iterator[Item]) -> Iterator[Item]:
    """Stop where an artifact is turned away for good; that was said already."""
    try:
        yield from items
    except _Stopped:
        return


def _changed(sealed: Sealed) -> Rejected:
    reason = "the file changed after it was hashed" if sealed.in_place else "the shelf's copy is not what was sealed"
    return Rejected(sealed.name, None, sealed.sha256, "changed", reason)


class _Stopped(Exception):
    """Nothing more of the artifact is read."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the artifact a run of bytes is."""

    member: str | None
    name: str  # what it is called, as far as a name helps to judge it
    depth: int = 0
    compressed: bool = False  # directly in a compressed stream

    def within(self, form: str) -> _Place:
        layers = 0 if form == "tar" and self.compressed else 1
        return replace(self, name=unpacked(self.name), depth=self.depth + layers, compressed=form in COMPRESSED)


@dataclass(frozen=True, slots=True)
class _Run:
    """One reading of one artifact."""

    sealed: Sealed
    limits: Limits
    budget: Budget
    file: Seekable | None

    def from_memory(self, data: bytes) -> Iterator[Item]:
        """Yield the items of an artifact that is wholly in memory; the common one is text, or gzip of text."""
        place = _Place(None, self.sealed.name.rpartition("/")[2])
        plain = gunzip_whole(data, self.limits) if data.startswith(GZIP) else None
        if plain is not None:
            data, place = plain, place.within("gzip")
        yield from self._known(data, place)

    def from_file(self) -> Iterator[Item]:
        """Yield the items of an artifact that is too large for that."""
        if self.file is not None:
            place = _Place(None, self.sealed.name.rpartition("/")[2])
            yield from self._bounded(Peeked(file_pieces(self.file), self.sealed.size), place)

    def _known(self, data: bytes, place: _Place) -> Iterator[Item]:
        whole = judge(data[:HEAD], place.name).form in WHOLE and no_log(place.name) is None
        if data and whole and len(data) <= self.limits.one_chunk:
            yield Chunk(self.sealed.sha256, place.member, data, 0, last=True)
        else:
            yield from self._bounded(Peeked(in_pieces(data), len(data)), place)

    def _bounded(self, stream: Peeked, place: _Place) -> Iterator[Item]:
        """Yield a run's items, or that it is a bomb, after which the rest of its archive may go on."""
        try:
            yield from self._items(stream, place)
        except Bomb as bomb:
            yield self._reject(place, "bomb", f"{bomb}{NO_MORE if bomb.whole else ''}")
            if bomb.whole:
                raise _Stopped from bomb

    def _items(self, stream: Peeked, place: _Place) -> Iterator[Item]:
        head = stream.head(HEAD)
        if not head:
            yield self._nothing(stream, place)
            return
        named = no_log(place.name) if place.depth else None
        verdict = judge(head, place.name) if named is None else Verdict("skip", reason=named)
        if verdict.form == "text":
            yield from chunks(stream, self.sealed.name, self.sealed.sha256, place.member, self.limits)
        elif verdict.form == "parquet":
            yield self._table(stream, place)
        elif verdict.form in {"skip", "reject"}:
            self._prove(stream)
            yield self._turned_away(place, verdict)
        elif place.within(verdict.form).depth > self.limits.max_depth:
            yield self._reject(place, "unsupported", f"packed more than {self.limits.max_depth} layers deep")
        elif verdict.form in ARCHIVES:
            yield from self._archive(stream, place, verdict.form)
        else:
            yield from self._compressed(stream, place, verdict.form)

    def _table(self, stream: Peeked, place: _Place) -> Item:
        """Return Parquet whole, since its end says where its columns are."""
        data = stream.exactly(self.limits.max_whole)
        if stream.head(1):
            reason = f"Parquet of more than {self.limits.max_whole} bytes: split it"
            return self._reject(place, "unsupported", reason)
        return Chunk(self.sealed.sha256, place.member, data, 0, last=True, truncated=stream.damage)

    def _compressed(self, stream: Peeked, place: _Place, form: str) -> Iterator[Item]:
        if not readable(form):
            yield self._reject(place, "unsupported", f"{form} data: not read here; unpack it first")
            return
        inside = place.within(form)
        if form == "gzip" and stream.size is not None and stream.size <= FAST_BELOW:
            data = stream.exactly(stream.size + 1)
            plain = None if stream.damage else gunzip_whole(data, self.limits)
            if plain is not None:
                self.budget.spend(len(plain), len(data))
                yield from self._known(plain, inside)
                return
            stream.unread(data)
        content = Peeked(self.budget.metered(decompress(stream, form), stream), packed=stream)
        yield from self._items(content, inside)
        if content.damage is None and not content.head(1):
            yield from self._tail(stream, place, form)

    def _prove(self, content: Peeked) -> None:
        """Read on in what is left out for as long as it may turn out to be a bomb, which is raised."""
        ratio = self.limits.bomb_ratio
        while content.packed and (content.taken <= ratio * BLOCK or content.taken > ratio * content.packed.taken):
            if not content.read(BLOCK):
                return

    def _tail(self, stream: Peeked, place: _Place, form: str) -> Iterator[Item]:
        """Yield what follows the compressed data, if it is more than padding with zeros."""
        length, padding = 0, True
        while piece := stream.read(BLOCK):
            length += len(piece)
            padding = padding and not piece.strip(b"\0")
        if length and not padding:
            reason = f"{length} bytes after the end of the {form} data are no {form}: they were left out"
            yield self._reject(place, "unreadable", reason)

    def _archive(self, stream: Peeked, place: _Place, form: str) -> Iterator[Item]:
        try:
            if form == "tar":
                yield from self._members(tar_members(stream), place.within(form))
            else:
                yield from self._zip(stream, place)
        except Damaged as damaged:
            yield self._reject(place, "truncated", str(damaged))

    def _zip(self, stream: Peeked, place: _Place) -> Iterator[Item]:
        file: Seekable | None = self.file if place.depth == 0 else None
        if file is None:
            data = stream.exactly(self.limits.max_whole)
            if stream.head(1):
                yield self._reject(place, "unsupported", LARGE_ZIP)
                return
            file = BytesIO(data)
        if is_office(file):
            yield Skipped(self._address(place), "a document")
            return
        yield from self._members(zip_members(file, self.budget), place.within("zip"))

    def _members(self, members: Iterator[Member], place: _Place) -> Iterator[Item]:
        for member in members:
            name = member.name if place.member is None else f"{place.member}!/{member.name}"
            inside = replace(place, member=name, name=member.name, compressed=False)
            if member.content is None:
                yield self._reject(inside, member.kind, member.reason)
            else:
                yield from self._bounded(member.content, inside)

    def _turned_away(self, place: _Place, verdict: Verdict) -> Item:
        if verdict.form == "skip":
            return Skipped(self._address(place), verdict.reason)
        return self._reject(place, verdict.kind, verdict.reason)

    def _nothing(self, stream: Peeked, place: _Place) -> Item:
        if stream.damage is not None:
            return self._reject(place, "truncated", stream.damage)
        return Skipped(self._address(place), "empty")

    def _reject(self, place: _Place, kind: str, reason: str) -> Rejected:
        return Rejected(self.sealed.name, place.member, self.sealed.sha256, kind, reason)

    def _address(self, place: _Place) -> str:
        return self.sealed.name if place.member is None else f"{self.sealed.name}!/{place.member}"
