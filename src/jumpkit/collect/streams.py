"""Bytes that come in pieces: looking ahead, an end that is damage, and what they may inflate to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.collect.limits import Limits

BLOCK = 256 << 10


class Damaged(Exception):
    """The bytes end, or make no sense, before they should; what came before stands."""


class Bomb(Exception):
    """Something inflates beyond what is allowed; `whole` tells that nothing more of the artifact is read."""

    def __init__(self, reason: str, *, whole: bool) -> None:
        """Keep the reason and how far it reaches."""
        super().__init__(reason)
        self.whole = whole


class Readable(Protocol):
    """Whatever hands out bytes, and none at its end."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes."""


class Seekable(Protocol):
    """A file that can be read at any place."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, all of them if it is negative."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move and return the new place."""

    def tell(self) -> int:
        """Return the place."""

    def seekable(self) -> bool:
        """Return True."""


class Source(Protocol):
    """What the decompressors read from."""

    taken: int

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, none only at the end."""


class Peeked:
    """Pieces read as a stream that can be looked into; damage counts as an end and is kept in `damage`."""

    def __init__(self, pieces: Iterator[bytes], size: int | None = None, packed: Source | None = None) -> None:
        """Take the pieces; `size` is what they come to and `packed` what they are inflated from, where that is so."""
        self.size = size
        self.packed = packed
        self.taken = 0
        self.damage: str | None = None
        self._pieces = pieces
        self._front = b""
        self._at = 0  # how much of the front was taken: cutting it off each time would copy the rest each time

    def head(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer only where the stream ends, and leave them in it."""
        while len(self._front) - self._at < size and (piece := self._next()):
            self._front, self._at = self._front[self._at :] + piece, 0
        return self._front[self._at : self._at + size]

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes, none only at the end."""
        if self._at >= len(self._front):
            self._front, self._at = self._next(), 0
        piece = self._front[self._at : self._at + size]
        self._at += len(piece)
        self.taken += len(piece)
        return piece

    def exactly(self, size: int) -> bytes:
        """Return `size` bytes, fewer only where the stream ends."""
        first = self.read(size)
        pieces, have = [first], len(first)
        while have < size and pieces[-1]:
            pieces.append(self.read(size - have))
            have += len(pieces[-1])
        return first if have == len(first) else b"".join(pieces)

    def unread(self, data: bytes) -> None:
        """Put back what was read too far."""
        self._front, self._at = data + self._front[self._at :], 0
        self.taken -= len(data)

    def _next(self) -> bytes:
        if self.damage is not None:
            return b""
        try:
            for piece in self._pieces:
                if piece:
                    return piece
        except Damaged as damaged:
            self.damage = str(damaged)
        except Bomb:
            self.damage = "what packs it was turned away as a bomb"
            raise
        return b""


class Budget:
    """What one artifact has inflated to so far, all layers and members together."""

    def __init__(self, size: int, limits: Limits) -> None:
        """Start at nothing for an artifact of `size` bytes."""
        self.limits = limits
        self._size = max(1, size)
        self._inflated = 0
        self._bombs = 0

    def metered(self, pieces: Iterator[bytes], source: Source) -> Iterator[bytes]:
        """Hand on `pieces`, which are inflated from `source`; raise Bomb as soon as they are too many."""
        began, produced = source.taken, 0
        for piece in pieces:
            produced += len(piece)
            self._inflated += len(piece)
            self._check(produced, source.taken - began)
            yield piece

    def spend(self, produced: int, consumed: int) -> None:
        """Count bytes that were inflated in one go; raise Bomb if they, or the artifact with them, are too many."""
        self._inflated += produced
        self._check(produced, consumed)

    def _check(self, produced: int, consumed: int) -> None:
        """Raise Bomb for a run if it inflates too much by itself, or at a bomb's rate while the artifact does."""
        floor, ratio, most = self.limits.bomb_floor, self.limits.bomb_ratio, self.limits.max_inflated
        if self._inflated > most:
            raise Bomb(f"the input inflates past the {most} bytes that are allowed", whole=True)
        if self._inflated <= floor:
            return
        too_many = self._inflated > ratio * self._size
        if produced > ratio * consumed and (produced > floor or too_many):
            self._inflated -= produced
            self._bombs += 1
            times = produced // max(1, consumed)
            whole = self._bombs >= self.limits.max_bombs
            raise Bomb(f"it inflates {times}-fold, and past the {floor} bytes that are allowed then", whole=whole)
        if too_many:
            raise Bomb(f"the input as a whole inflates {self._inflated // self._size}-fold", whole=True)


def in_pieces(data: bytes) -> Iterator[bytes]:
    """Return bytes from memory in pieces, so that taking from the front copies little."""
    for start in range(0, len(data), BLOCK):
        yield data[start : start + BLOCK]


def file_pieces(file: Readable) -> Iterator[bytes]:
    """Return the rest of an open file in pieces; a read that fails is damage."""
    try:
        while piece := file.read(BLOCK):
            yield piece
    except OSError as error:
        raise Damaged(f"reading failed: {error.strerror}") from error
