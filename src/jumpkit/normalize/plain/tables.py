"""Reads one member of Parquet: a row is a record, which has a number and no bytes of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jumpkit.kit.errors import Unreadable
from jumpkit.model.artifact import Chunk, Rejected
from jumpkit.normalize.plain.cut import Cut, typed
from jumpkit.normalize.plain.paths import json_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jumpkit.normalize.plain.plan import Plan
    from jumpkit.normalize.plain.sources import Plans

MAGIC = b"PAR1"
_ROWS = 8192
_FEW, _BITS = 1_000_000, 8  # rows that are never too many; rows a byte that are
_SMALL, _RATIO = 1 << 30, 200  # bytes, and how many times its own size, as for what is compressed
_UNIT = "\x1f"  # stands between the values of which an id is made


class Tables:
    """One member of Parquet, put together where it comes in several chunks."""

    def __init__(self, plans: Plans) -> None:
        """Begin with nothing."""
        self._plans = plans
        self._data = bytearray()

    def take(self, chunk: Chunk) -> Iterator[Cut | Rejected]:
        """Yield the rows once all is there."""
        if not chunk.last:
            self._data += chunk.data
            return
        data = bytes(self._data) + chunk.data if self._data else chunk.data
        if chunk.truncated is not None:
            yield Rejected(
                "", chunk.member, chunk.sha256, "truncated", f"{chunk.truncated}; Parquet is read as a whole"
            )
            return
        yield from self._cuts(data, chunk)

    def _cuts(self, data: bytes, chunk: Chunk) -> Iterator[Cut | Rejected]:
        seen = 0
        try:
            with pq.ParquetFile(pa.BufferReader(data)) as file:
                plan = self._plans.table(file.schema_arrow.names)
                if plan is None:
                    why = f"Parquet of no source that is known; its columns are {_listed(file.schema_arrow.names)}"
                    yield Rejected("", chunk.member, chunk.sha256, "not_a_log", why)
                    return
                if _is_bomb(file.metadata, len(data)):
                    why = f"{file.metadata.num_rows} rows in {len(data)} bytes: more than any log says so shortly"
                    yield Rejected("", chunk.member, chunk.sha256, "bomb", why)
                    return
                for batch in file.iter_batches(_ROWS):
                    yield _cut(plan, pa.Table.from_batches([batch]), seen, chunk)
                    seen += batch.num_rows
        except (pa.ArrowException, OSError, ValueError) as error:
            why = f"the Parquet is damaged: {str(error).splitlines()[0][:200]}; {seen} whole records before that kept"
            yield Rejected("", chunk.member, chunk.sha256, "unreadable", why)


def _is_bomb(told: Any, size: int) -> bool:
    """Say whether a file unpacks to more than it can have to say: rows of less than a bit, or bytes out of nothing."""
    unpacked = sum(told.row_group(number).total_byte_size for number in range(told.num_row_groups))
    return bool(told.num_rows > max(_FEW, _BITS * size) or unpacked > max(_SMALL, _RATIO * size))


def _listed(names: list[str]) -> str:
    return ", ".join(names[:8]) + (" …" if len(names) > 8 else "")  # noqa: PLR2004 (as many as a line holds)


def _cut(plan: Plan, rows: pa.Table, seen: int, chunk: Chunk) -> Cut:
    indexes = np.arange(seen, seen + rows.num_rows, dtype=np.int32)
    if any(pa.types.is_nested(field.type) for field in rows.schema):
        held = [plan.named(each) for each in _plain(rows.to_pylist())]
        texts = [json_text(each).encode() for each in held]
        return Cut(plan, held, texts, chunk.sha256, chunk.member, indexes, None, None)
    table = _as_text(plan, rows)
    names = [pa.scalar(f"{name}=") for name in table.column_names]
    told = [pc.binary_join_element_wise(name, table.column(at), "") for at, name in enumerate(names)]
    lines = pc.binary_join_element_wise(*told, _UNIT, null_handling="skip").to_pylist()
    texts = [line.encode() for line in lines]
    return Cut(plan, table, texts, chunk.sha256, chunk.member, indexes, None, None)


def _plain(value: Any) -> Any:
    """Return a row's value as JSON has it: maps as objects, moments as text, bytes as text."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        if value and all(isinstance(each, tuple) for each in value):
            return {str(key): _plain(each) for key, each in value}
        return [_plain(each) for each in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _as_text(plan: Plan, rows: pa.Table) -> pa.Table:
    """Return the rows' columns as text under the names that rules and the mapping use."""
    columns: dict[str, pa.ChunkedArray] = {}
    nulls = pa.array(sorted(plan.nulls | {""}), pa.string())
    for name in rows.column_names:
        told = rows.column(name)
        if pa.types.is_timestamp(told.type):
            told = told.cast(pa.timestamp("ms")).cast(pa.int64())
        text = told.cast(pa.string())
        columns.setdefault(plan.rename.get(name, name), pc.if_else(pc.is_in(text, nulls), None, text))
    return pa.table(columns)


def row_event(data: bytes, index: int, plan: Plan) -> dict[str, Any]:
    """Return one row of a whole Parquet file as the object that rules and `show` see; Unreadable where it has none."""
    try:
        with pq.ParquetFile(pa.BufferReader(data)) as file:
            seen = 0
            for number in range(file.num_row_groups):
                size = file.metadata.row_group(number).num_rows
                if index < seen + size:
                    return _event(plan, file.read_row_group(number).slice(index - seen, 1))
                seen += size
    except (pa.ArrowException, OSError) as error:
        raise Unreadable(f"the Parquet is damaged: {str(error)[:200]}", hint="jumpkit verify") from error
    raise Unreadable(f"the Parquet file has no row {index}", hint="jumpkit verify")


def _event(plan: Plan, row: pa.Table) -> dict[str, Any]:
    if any(pa.types.is_nested(field.type) for field in row.schema):
        (found,) = _plain(row.to_pylist())
        return plan.named(found)
    (texts,) = _as_text(plan, row).to_pylist()
    return typed(texts, plan.numbers)
