"""From a record's address back to its bytes."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from jumpkit.collect import Limits, read
from jumpkit.kit.errors import Tampered, Unreadable
from jumpkit.model.artifact import Chunk, Sealed

if TYPE_CHECKING:
    from collections.abc import Callable

    from jumpkit.model.event import Address

_KEPT = 96 << 20  # bytes of decompressed members kept at hand


class Records:
    """Reads records of sealed artifacts by their addresses, keeping a few decompressed members at hand."""

    def __init__(self, locate: Callable[[str], Sealed], limits: Limits) -> None:
        """Take `locate`, which finds an artifact by its SHA-256 or raises."""
        self._locate = locate
        self._limits = limits
        self._chunks: OrderedDict[tuple[str, str | None], list[Chunk]] = OrderedDict()
        self._size = 0

    def bytes_of(self, address: Address) -> bytes:
        """Return `decompressed[start:end]` of the address.

        Raises Tampered where the artifact no longer holds those bytes.
        """
        for chunk in self._member(address.sha256, address.member):
            if chunk.offset <= address.start and address.end <= chunk.offset + len(chunk.data):
                return bytes(chunk.data[address.start - chunk.offset : address.end - chunk.offset])
        raise Tampered(
            f"bytes {address.start} to {address.end} are not in the sealed artifact",
            target=address.sha256,
            hint="jumpkit verify",
        )

    def _member(self, sha256: str, member: str | None) -> list[Chunk]:
        key = (sha256, member)
        if key not in self._chunks:
            self._load(self._locate(sha256), member)
        if key not in self._chunks:
            raise Unreadable("the artifact has no such member", target=f"{sha256}:{member}", hint="jumpkit verify")
        self._chunks.move_to_end(key)
        return self._chunks[key]

    def _load(self, sealed: Sealed, member: str | None) -> None:
        for item in read(sealed, self._limits):
            if isinstance(item, Chunk) and item.member == member:
                self._chunks.setdefault((sealed.sha256, member), []).append(item)
                self._size += len(item.data)
        while self._size > _KEPT and len(self._chunks) > 1:
            _, dropped = self._chunks.popitem(last=False)
            self._size -= sum(len(chunk.data) for chunk in dropped)
