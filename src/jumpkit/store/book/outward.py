"""The tables of what a case owes to others: legal holds, messages that leave, and how often; ids as in `casework`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import Table

from jumpkit.store.book.columns import METADATA, count, key, text

if TYPE_CHECKING:
    from collections.abc import Mapping

hold = Table(
    "hold",
    METADATA,
    key("case"),
    key("hold"),
    text("signer"),  # who answers for it, as a lawyer would
    text("reason"),
    text("released"),  # null: it stands
    text("released_by"),
    text("release_reason"),
    text("recorded"),
    text("author"),
)

message = Table(
    "message",
    METADATA,
    key("case"),
    key("message"),
    text("template"),
    text("channel"),
    text("tlp"),
    text("subject"),
    text("body"),
    text("state"),  # draft, approved, sending, sent, failed, unknown
    text("approver"),
    text("approved"),
    text("ended"),  # when it was sent, or was not
    text("receipt"),  # what the other side answered
    text("because"),
    text("recorded"),
    text("author"),
)

cadence = Table(
    "cadence",
    METADATA,
    key("case"),
    key("cadence"),
    text("clock"),
    count("minutes"),  # null: as the severity says again
    text("reason"),
    text("recorded"),
    text("author"),
)

OUTWARD: Mapping[str, str] = MappingProxyType({"hold": "hold", "message": "message", "cadence": "cadence"})
