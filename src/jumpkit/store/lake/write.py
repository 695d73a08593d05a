"""Segments: the Parquet files of a case's events and hits, written once and named when whole."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jumpkit.store.files import file_digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

GROUP_ROWS = 8192  # at least; as many as a batch has, so that batches need not be joined first
_UNFINISHED = ".part"
_ONCE = frozenset(  # text that repeats too little for a dictionary to pay
    [
        "metadata.uid",
        "metadata.original_event_uid",
        "metadata.original_time",
        "api.request.uid",
        "api.request.data",
        "api.response.data",
        "unmapped",
        "http_request.url",
        "http_request.referrer",
        "query.hostname",
        "answers",
        "resource.data",
        "file.path",
        "finding_info.uid",
        "finding_info.title",
        "finding_info.desc",
        "observables",
        "uid",
        "fields",
    ]
)
_LONG = frozenset(  # text that repeats, and is long or varied
    [
        "http_request.user_agent",
        "src_endpoint.ip",
        "status_detail",
        "api.response.error_message",
        "actor.user.uid_alt",
        "arn",
    ]
)
_RUNNING = frozenset(
    ["time", "time_dt", "record.index", "record.start", "record.end", "row", "start_time", "end_time"]
)  # kept as differences
_SKIPPED_BY = ("time", "time_dt", "cloud.account.uid", "api.operation", "rule")  # whole groups, when they cannot match


@dataclass(frozen=True, slots=True)
class SegmentRef:
    """A finished file of the lake and what it spans; `path` is absolute, or relative to the workspace."""

    path: Path
    kind: str  # events, hits
    rows: int
    since: int | None  # ms since 1970 of the earliest and latest row, None where there are no rows
    until: int | None
    accounts: tuple[str, ...]  # sorted
    sha256: str | None = None  # known to who wrote it
    size: int | None = None


def _leaves(schema: pa.Schema) -> list[str]:
    """Return the dotted paths of all columns that Parquet keeps."""

    def below(field: pa.Field, prefix: str) -> list[str]:
        name = f"{prefix}{field.name}"
        if pa.types.is_struct(field.type):
            return [leaf for child in field.type for leaf in below(child, f"{name}.")]
        return [name]

    return [leaf for field in schema for leaf in below(field, "")]


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Return a writer with the settings that cost a whole run least: what is small as a dictionary is not squeezed."""
    leaves = _leaves(schema)
    squeezed = [name for name in leaves if name in _ONCE or name in _LONG]
    return pq.ParquetWriter(
        path,
        schema,
        compression=dict.fromkeys(squeezed, "zstd"),
        compression_level=dict.fromkeys(squeezed, 1),
        use_dictionary=[name for name in leaves if name not in _ONCE and name not in _RUNNING],
        column_encoding={name: "DELTA_BINARY_PACKED" for name in leaves if name in _RUNNING},
        write_statistics=[name for name in _SKIPPED_BY if name in leaves],
        version="2.6",
        data_page_size=4 << 20,
        write_batch_size=GROUP_ROWS,
    )


class SegmentWriter:
    """Collects tables of one schema into row groups of one file, which takes its name when it is closed whole."""

    def __init__(self, path: Path, schema: pa.Schema, *, kind: str = "events") -> None:
        """Begin `path` under an unfinished name beside it; the folder is made where it lacks."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.rows = 0
        self._kind = kind
        self._schema = schema
        self._unfinished = path.with_name(path.name + _UNFINISHED)
        self._writer = _writer(self._unfinished, schema)
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        self._span: tuple[int, int] | None = None
        self._accounts: set[str] = set()

    def append(self, table: pa.Table) -> None:
        """Take the rows of `table`, which must have the segment's schema."""
        if not table.num_rows:
            return
        self._waiting.append(table)
        self._waiting_rows += table.num_rows
        self.rows += table.num_rows
        if self._waiting_rows >= GROUP_ROWS:
            self._write_group()

    def close(self) -> SegmentRef:
        """Write what waits, put the file on disk under its own name, and say what it spans."""
        if self._waiting:
            self._write_group()
        self._writer.close()
        _settle(self._unfinished, self.path)
        since, until = self._span or (None, None)
        accounts, size = tuple(sorted(self._accounts)), self.path.stat().st_size
        return SegmentRef(self.path, self._kind, self.rows, since, until, accounts, file_digest(self.path), size)

    def discard(self) -> None:
        """Give the segment up and leave no file."""
        self._writer.close()
        self._unfinished.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        """Return the writer; leaving the block by an error discards the file."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Discard an unfinished file where the block failed; a writer closed inside the block stays closed."""
        if self._writer.is_open and kind is not None:
            self.discard()

    def _write_group(self) -> None:
        """Write the waiting tables as one row group and remember their times and accounts."""
        table = _joined(self._waiting, self._schema)
        self._waiting, self._waiting_rows = [], 0
        self._writer.write_table(table, row_group_size=table.num_rows)
        self._span = _wider(self._span, _span(table))
        self._accounts |= _accounts(table)


def _joined(tables: Sequence[pa.Table], schema: pa.Schema) -> pa.Table:
    """Return the tables as one of one chunk a column, so that each column keeps one dictionary."""
    if len(tables) == 1:
        table = tables[0]
        single = all(column.num_chunks <= 1 for column in table.columns)
        return table if single else table.combine_chunks()
    return pa.concat_tables(
        [table.cast(schema) if table.schema != schema else table for table in tables]
    ).combine_chunks()


def _span(table: pa.Table) -> tuple[int, int] | None:
    """Return the earliest and latest `time` of `table`, None where no row has one."""
    ends = pc.min_max(table.column("time"))
    low, high = ends["min"].as_py(), ends["max"].as_py()
    return None if low is None else (low, high)


def _wider(span: tuple[int, int] | None, other: tuple[int, int] | None) -> tuple[int, int] | None:
    """Return the span that covers both."""
    if span is None or other is None:
        return span or other
    return min(span[0], other[0]), max(span[1], other[1])


def _accounts(table: pa.Table) -> set[str]:
    """Return the accounts that rows of `table` were logged in (events) or belong to (hits)."""
    if "cloud" in table.schema.names:
        column = pc.struct_field(table.column("cloud"), ["account", "uid"])
    else:
        column = table.column("account")
    found: set[str] = set()
    for chunk in column.chunks:
        distinct = pc.unique(chunk)
        found.update(value for value in distinct.to_pylist() if value is not None)
    return found


def _settle(unfinished: Path, path: Path) -> None:
    """Flush `unfinished` to disk and give it its name, replacing what had it."""
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)


def rewrite_without(path: Path, rows: Sequence[int], *, kind: str = "events") -> SegmentRef:
    """Write the segment again without the rows of these numbers (from 0) and say what remains."""
    return _rewrite(path, kind, drop=frozenset(rows), mark={})


def mark_conflicts(path: Path, rows: Mapping[int, str], *, kind: str = "events") -> SegmentRef:
    """Write the segment again with `conflict` set on the numbered rows and their event ids replaced by those given."""
    return _rewrite(path, kind, drop=frozenset(), mark=rows)


def _rewrite(path: Path, kind: str, *, drop: frozenset[int], mark: Mapping[int, str]) -> SegmentRef:
    """Copy the segment group by group, leaving out `drop` and marking `mark`, and put the copy in its place."""
    with pq.ParquetFile(path) as source:
        schema = source.schema_arrow
        writer = SegmentWriter(path, schema, kind=kind)
        first = 0
        with writer:
            for number in range(source.num_row_groups):
                table = source.read_row_group(number)
                writer.append(_changed(table, first, drop, mark))
                first += table.num_rows
            return writer.close()


def _changed(table: pa.Table, first: int, drop: frozenset[int], mark: Mapping[int, str]) -> pa.Table:
    """Return the rows of `table`, whose first has number `first`, marked and without those to drop."""
    here = range(first, first + table.num_rows)
    marks = {row - first: uid for row, uid in mark.items() if row in here}
    if marks:
        table = _marked(table, marks)
    if any(row in here for row in drop):
        keep = pa.array([row not in drop for row in here], pa.bool_())
        table = table.filter(keep)
    return table


def _marked(table: pa.Table, marks: Mapping[int, str]) -> pa.Table:
    """Return `table` with new event ids and `conflict` on the rows of `marks`."""
    flags: list[Any] = table.column("conflict").to_pylist()
    metadata = table.column("metadata").combine_chunks()
    if isinstance(metadata, pa.ChunkedArray):
        metadata = metadata.chunk(0)
    uids = metadata.field("uid").to_pylist()
    for row, uid in marks.items():
        flags[row], uids[row] = True, uid
    fields = [
        pa.array(uids, pa.string()) if field.name == "uid" else metadata.field(field.name) for field in metadata.type
    ]
    remade = pa.StructArray.from_arrays(fields, fields=list(metadata.type))
    table = table.set_column(table.schema.get_field_index("metadata"), table.schema.field("metadata"), remade)
    return table.set_column(table.schema.get_field_index("conflict"), "conflict", pa.array(flags, pa.bool_()))
