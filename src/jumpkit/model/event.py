"""Where a record's bytes lie, and why one could not become an event."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Address:
    """A record's address: `decompressed[start:end]` of the sealed artifact's member is the record's own bytes."""

    sha256: str
    member: str | None
    index: int  # the record's number in its member, from 0
    start: int | None  # None, like end, where a record has no bytes of its own: a row of Parquet
    end: int | None


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that was seen, counted, and could not be stored."""

    record: Address
    reason: str
