"""The table of what was read of estates; the items themselves lie in files that `file_` vouches for."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sqlalchemy import Table

from jumpkit.store.book.columns import METADATA, count, key, text

if TYPE_CHECKING:
    from collections.abc import Mapping

inventory_sync = Table(
    "inventory_sync",
    METADATA,
    key("case"),  # WORKSPACE: an estate belongs to no single case
    key("sync"),
    text("provider"),
    text("started"),
    text("finished"),  # null: under way, or interrupted
    text("abandoned"),  # null: it may go on
    text("request"),  # JSON object: what was asked for, as it must be asked again to go on
    text("caller"),  # ARN
    text("accounts"),  # JSON list: account, name, state, regions, gap
    text("counts"),  # JSON object
    text("items_path"),  # relative to the workspace, with /
    text("parts_path"),
    text("author"),
    count("items"),
)

ESTATES: Mapping[str, str] = MappingProxyType({"inventory_sync": "sync"})
