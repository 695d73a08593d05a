"""What others say of an intruder: values to look for, from whom, for how long; and why one cannot be looked for."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("address", "network", "domain", "url", "agent", "key", "principal", "hash", "image", "bucket")
EQUAL, LIKE = "=", "like"


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison: a kind of value, how it is compared, and the value as events are compared with it."""

    kind: str  # one of KINDS
    value: str
    how: str = EQUAL


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator as it was handed over; an event meets it where all terms of one clause meet the event."""

    uid: str  # the maker's id, else made from source, kind and value
    name: str
    source: str
    clauses: tuple[tuple[Term, ...], ...]  # empty where nothing of it can be looked for
    reason: str | None = None  # why it, or a part of it, cannot be looked for
    refused: bool = False  # it could be, and would only accuse the innocent
    since: int | None = None  # ms since 1970
    until: int | None = None  # ms since 1970, the first moment at which it no longer holds
    revoked: bool = False
    modified: int | None = None  # ms since 1970
    tlp: str | None = None  # clear, green, amber, amber+strict, red
    confidence: int | None = None  # 0 to 100, as STIX has it
    context: str | None = None  # what it points to: a campaign, a tool, an event's title
