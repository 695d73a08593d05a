"""From a record's address back to its bytes."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from jumpkit.collect import Limits, read
from jumpkit.kit.errors import Tampered, Unreadable
from jumpkit.model.artifact import Chunk, Sealed
from jumpkit.normalize import raw_event, raw_row
from jumpkit.store.files import file_digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from jumpkit.model.event import Address
    from jumpkit.normalize import Source

_HEAD = 1 << 16
_KEPT = 96 << 20  # bytes of decompressed members kept at hand


class Records:
    """Reads records of sealed artifacts by their addresses, keeping a few decompressed members at hand."""

    def __init__(self, locate: Callable[[str], Sealed], limits: Limits) -> None:
        """Take `locate`, which finds an artifact by its SHA-256 or raises."""
        self._locate = locate
        self._limits = limits
        self._sealed: dict[str, Sealed] = {}
        self._chunks: OrderedDict[tuple[str, str | None], list[Chunk]] = OrderedDict()
        self._size = 0

    def bytes_of(self, address: Address) -> bytes:
        """Return `decompressed[start:end]` of the address.

        Raises Tampered where the artifact no longer holds those bytes, Unreadable where a record has none.
        """
        start, end = address.start, address.end
        if start is None or end is None:
            raise Unreadable("a row of Parquet has no bytes of its own", target=address.sha256, hint="jumpkit show")
        for chunk in self._member(address.sha256, address.member):
            if chunk.offset <= start and end <= chunk.offset + len(chunk.data):
                return bytes(chunk.data[start - chunk.offset : end - chunk.offset])
        raise Tampered(
            f"bytes {start} to {end} are not in the sealed artifact",
            target=address.sha256,
            hint="jumpkit verify",
        )

    def head_of(self, address: Address) -> bytes:
        """Return how the member begins: a CSV row has names only by its heading."""
        return bytes(self._member(address.sha256, address.member)[0].data[:_HEAD])

    def event_of(self, address: Address, source: Source) -> dict[str, Any]:
        """Return the vendor's own event at an address, decoded from the sealed bytes."""
        if address.start is None:
            return self._row(address, source)
        return raw_event(self.bytes_of(address), source, head=self.head_of(address))

    def _row(self, address: Address, source: Source) -> dict[str, Any]:
        """Return a record that has no bytes of its own: a row of Parquet."""
        data = b"".join(chunk.data for chunk in self._member(address.sha256, address.member))
        return raw_row(data, address.index, source)

    def _member(self, sha256: str, member: str | None) -> list[Chunk]:
        key = (sha256, member)
        if key not in self._chunks:
            self._load(self._find(sha256), member)
        if key not in self._chunks:
            raise Unreadable("the artifact has no such member", target=f"{sha256}:{member}", hint="jumpkit verify")
        self._chunks.move_to_end(key)
        return self._chunks[key]

    def _find(self, sha256: str) -> Sealed:
        if sha256 not in self._sealed:
            self._sealed[sha256] = self._locate(sha256)
        return self._sealed[sha256]

    def _load(self, sealed: Sealed, member: str | None) -> None:
        if file_digest(sealed.path) != sealed.sha256:
            raise Tampered("the sealed bytes were changed", target=sealed.sha256, hint="jumpkit verify")
        for item in read(sealed, self._limits):
            if isinstance(item, Chunk) and item.member == member:
                self._chunks.setdefault((sealed.sha256, member), []).append(item)
                self._size += len(item.data)
        while self._size > _KEPT and len(self._chunks) > 1:
            _, dropped = self._chunks.popitem(last=False)
            self._size -= sum(len(chunk.data) for chunk in dropped)
