"""Seals what actions gather: bytes on the shelf, a row of the case, a line of the ledger, as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import stamp
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import vouch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.app.workspace import Desk
    from jumpkit.model.action import Json, Piece


class Stream:
    """Bytes that come in blocks, read as a file is."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        """Start before the first block."""
        self._blocks = blocks
        self._rest = b""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, all that are left where it is negative, none at the end."""
        while size < 0 or len(self._rest) < size:
            block = next(self._blocks, None)
            if block is None:
                break
            self._rest += block
        head = self._rest if size < 0 else self._rest[:size]
        self._rest = self._rest[len(head) :]
        return head


def shelve(desk: Desk, case: str, run: str, piece: Piece, effect: str) -> Json:
    """Seal one piece and return its name, digests, size and what is known of how it came."""
    blocks = iter([piece.data]) if isinstance(piece.data, bytes) else piece.data
    stored = desk.shelf.put_stream(Stream(blocks))
    desk.shelf.flush()
    at = stamp(desk.clock())
    row: dict[str, Any] = {"case": case, "sha256": stored.sha256, "sha512": stored.sha512, "name": piece.name}
    row |= {"size": stored.size, "in_place": False, "path": None, "collected": at, "processed": None, "run": run}
    told = {"name": piece.name, "sha256": stored.sha256, "sha512": stored.sha512, "size": stored.size}
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        append(pen, case, "item.collected", {**told, "effect": effect, "about": dict(piece.about)})
        if pen.tx.one("artifact", case=case, sha256=stored.sha256) is None:
            vouch(pen, case, "artifact", [row])
    return {**told, "about": {name: piece.about.get(name) for name in ("expected", "received", "pages", "denied")}}
