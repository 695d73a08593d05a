"""The tables of how long a case is kept, which keys sealed its log, and who else saw it; ids as in `casework`."""

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

origin = Table(
    "origin",
    METADATA,
    key("case"),  # WORKSPACE: which workspace sealed a case's log before this one is no part of the case
    key("origin"),
    text("log"),
    text("workspace"),
    text("public"),  # hex of the raw public key
    count("size"),  # lines that it sealed
    text("how"),  # how the next signer came: rotated, lost; null: the case was imported
    text("successor"),  # of a rotation: hex of the next public key
)

KEEPING: Mapping[str, str] = MappingProxyType(
    {"origin": "origin", "retention": "retention", "cosignature": "cosignature"}
)
