"""The tables of how long a case is kept and who else saw its log; ids as in `casework`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import Table

from jumpkit.store.book.columns import METADATA, count, key, text

if TYPE_CHECKING:
    from collections.abc import Mapping

retention = Table(
    "retention",
    METADATA,
    key("case"),  # WORKSPACE: for every case that says nothing of its own
    key("retention"),
    text("until"),  # RFC 3339; null where `days` counts
    count("days"),  # from the end of the case
    text("because"),
    text("recorded"),
    text("author"),
)

cosignature = Table(
    "cosignature",
    METADATA,
    key("case"),  # the log
    key("cosignature"),
    count("size"),  # of the checkpoint, which the book holds
    text("witness"),
    text("vkey"),  # C2SP verifier key, as it was configured
    text("at"),  # when the witness says it saw it
    text("line"),  # the signature line, without its end
    text("recorded"),
    text("author"),
)

KEEPING: Mapping[str, str] = MappingProxyType({"retention": "retention", "cosignature": "cosignature"})
