"""Columns of a table that is in memory, reached through its structs; not for files, of which DuckDB is asked."""

from __future__ import annotations

import pyarrow as pa


def leaf(table: pa.Table, path: tuple[str, ...]) -> pa.Array:
    """Return one column of a table, reached through its structs, as one array."""
    column = table.column(path[0])
    array = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()  # which would copy the one
    if isinstance(array, pa.ChunkedArray):  # no chunks at all
        array = pa.array([], array.type)
    for name in path[1:]:
        array = array.field(name)
    return array
