"""An estate as two files, one row an item and one row a part of it, and questions to them in SQL."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from jumpkit.store.lake.read import Lake, open_views

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_WORDS = ("sync", "provider", "account", "region", "kind", "category", "model")
ITEMS = pa.schema(
    [
        *((name, pa.string()) for name in _WORDS),  # region: null for what an account has only once
        *((name, pa.string()) for name in ("uid", "arn", "name", "created", "owner", "criticality")),
        ("data_classes", pa.list_(pa.string())),  # null: no tag says
        ("tags", pa.string()),  # JSON object
        ("body", pa.string()),  # JSON object of the provider's members: body ->> '$.State.Name'
        ("gaps", pa.string()),  # JSON list of members that could not be read; they are absent from body
        ("seen_at", pa.string()),  # by the provider's clock
        ("digest", pa.string()),  # of what changes only when somebody changes it
    ]
)
PARTS = pa.schema(
    [
        *((name, pa.string()) for name in ("sync", "provider", "account", "region", "kind", "state")),
        ("items", pa.int64()),
        ("gaps", pa.string()),  # JSON list: field, call, code, because, lacks, items
        ("seen_at", pa.string()),
    ]
)
_GROUP = 20_000


def write(path: Path, schema: pa.Schema, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows as one file, under its name when it is whole, and return how many there were."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished, count = path.with_name(path.name + ".part"), 0
    waiting: list[Mapping[str, Any]] = []
    with pq.ParquetWriter(unfinished, schema, compression="zstd") as writer:
        for row in rows:
            waiting.append(row)
            if len(waiting) == _GROUP:
                writer.write_table(pa.Table.from_pylist(waiting, schema))
                count, waiting = count + len(waiting), []
        writer.write_table(pa.Table.from_pylist(waiting, schema))
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
    return count + len(waiting)


def open_inventory(home: Path, sync: str, items: Path, parts: Path, *, memory: str = "256MB") -> Lake:
    """Return the views `items` (ITEMS) and `parts` (PARTS) of one sync, and nothing else in reach."""
    views = {"items": (ITEMS, [str(home / items)]), "parts": (PARTS, [str(home / parts)])}
    return open_views(home, sync, views, memory=memory)
