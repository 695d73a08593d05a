"""A case's events and hits opened for questions: DuckDB in memory over the lake's files, and nothing else in reach."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import duckdb
import pyarrow as pa

from jumpkit.kit.errors import BadUsage, JumpkitError, Refused, Unreadable
from jumpkit.store.lake.beside import Beside
from jumpkit.store.lake.columns import hint
from jumpkit.store.lake.schema import EVENT, HIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from jumpkit.store.lake.write import SegmentRef

_FETCH = 1000


@dataclass(frozen=True, slots=True)
class Lake:
    """The views `events` (schema EVENT) and `hits` (schema HIT) of one case; close it when done."""

    case: str
    connection: duckdb.DuckDBPyConnection
    remembered: dict[str, Any] = field(default_factory=dict)  # what was worked out from these files already, by name
    beside: list[Beside] = field(default_factory=list)  # at most one

    def query(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of our own statement; what users write goes through `userquery` first."""
        begun = self.beside[0].taken(sql, params) if self.beside else None
        if begun is not None:
            return begun.result()
        return self.connection.execute(sql, list(params)).fetchall()

    def soon(self, sql: str, params: Sequence[object] = ()) -> None:
        """Begin to answer what `query` will be asked in these very words; it sees no table that is `lent`."""
        if not self.beside:
            self.beside.append(Beside(self.connection.cursor()))
        self.beside[0].begin(sql, params)

    def arrow(self, sql: str, params: Sequence[object] = ()) -> pa.Table:
        """Return all rows of our own statement as an Arrow table."""
        return self.connection.sql(sql, params=list(params)).to_arrow_table()

    def rows(
        self, sql: str, params: Sequence[object] = (), *, seconds: float | None = None
    ) -> Iterator[dict[str, Any]]:
        """Yield rows as dicts, a thousand at a time; after `seconds` the statement is stopped and refused."""
        cursor = self.connection.cursor()
        timer = threading.Timer(seconds, cursor.interrupt) if seconds is not None else None
        if timer is not None:
            timer.daemon = True
            timer.start()
        try:
            cursor.execute(sql, list(params))
            names = [column[0] for column in cursor.description or ()]
            while batch := cursor.fetchmany(_FETCH):
                for row in batch:
                    yield dict(zip(names, row, strict=True))
        except duckdb.Error as error:
            raise _told(error, self.case, seconds) from error
        finally:
            if timer is not None:
                timer.cancel()
            cursor.close()

    @contextmanager
    def lent(self, **tables: pa.Table | Mapping[str, Sequence[object]]) -> Iterator[None]:
        """Let our own statements join these tables (or columns) by their names until the block ends."""
        for name, table in tables.items():
            self.connection.register(name, pa.table(table) if isinstance(table, Mapping) else table)
        try:
            yield
        finally:
            for name in tables:
                self.connection.unregister(name)

    def event(self, uid: str) -> dict[str, Any] | None:
        """Return the event of this id as a dict by the EVENT schema, None where the case has none."""
        return next(self.rows("SELECT * FROM events WHERE metadata.uid = ? LIMIT 1", [uid]), None)

    def close(self) -> None:
        """Let go of the files."""
        while self.beside:
            self.beside.pop().close()
        self.connection.close()

    def __enter__(self) -> Self:
        """Return the lake; leaving the block closes it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the lake."""
        self.close()


def _told(error: duckdb.Error, case: str, seconds: float | None) -> JumpkitError:
    """Return what a person is told of an error of the engine."""
    said = str(error).splitlines()[0]
    narrow = "narrow it by time, account or operation, or select fewer columns"
    if isinstance(error, duckdb.InterruptException):
        return Refused(f"the query was stopped after {seconds} seconds", target=case, hint=narrow)
    if isinstance(error, duckdb.OutOfMemoryException):
        return Refused("the query needs more memory than it is allowed", target=case, hint=narrow)
    if isinstance(error, duckdb.BinderException | duckdb.CatalogException):
        return BadUsage(f"the query asks for what is not there: {said}", target=case, hint=hint(said))
    if isinstance(error, duckdb.InternalException):
        text = "search text where it is text: api.request.data, api.response.data, unmapped"
        return BadUsage(f"the engine cannot answer this question: {said}", target=case, hint=text)
    if isinstance(error, duckdb.DataError):
        return BadUsage(f"the query fails on its data: {said}", target=case, hint="TRY_CAST gives null instead")
    return Unreadable(f"the lake could not answer: {said}", target=case, hint="jumpkit verify names what is damaged")


def open_lake(
    home: Path, case: str, segments: Sequence[SegmentRef], *, memory: str = "256MB", threads: int | None = None
) -> Lake:
    """Return the lake of `case` over `segments` (paths relative to `home` are joined to it), locked to those files."""
    files = {kind: _files(home, segments, kind) for kind in ("events", "hits")}
    views = {"events": (EVENT, files["events"]), "hits": (HIT, files["hits"])}
    return open_views(home, case, views, memory=memory, threads=threads)


def open_views(
    home: Path,
    name: str,
    views: Mapping[str, tuple[pa.Schema, list[str]]],
    *,
    memory: str = "256MB",
    threads: int | None = None,
) -> Lake:
    """Return views by name, each over files of one schema, locked to those files."""
    connection = duckdb.connect(":memory:")
    try:
        _limit(connection, home, memory, threads)
        for view, (schema, files) in views.items():
            _view(connection, view, schema, files)
        _lock(connection, [file for _, files in views.values() for file in files])
    except (duckdb.IOException, duckdb.InvalidInputException) as error:
        connection.close()
        raise Unreadable(
            f"the lake of {name} cannot be opened: {error}", target=name, hint="jumpkit verify names the file"
        ) from error
    return Lake(name, connection)


def _files(home: Path, segments: Sequence[SegmentRef], kind: str) -> list[str]:
    """Return the absolute paths of the segments of one kind that hold rows."""
    return [str((home / segment.path).absolute()) for segment in segments if segment.kind == kind and segment.rows]


def _limit(connection: duckdb.DuckDBPyConnection, home: Path, memory: str, threads: int | None) -> None:
    """Bound memory and threads; what does not fit spills into the workspace's cache."""
    connection.execute("SET memory_limit = $1", [memory])
    if threads is not None:
        connection.execute("SET threads = $1", [threads])
    spill = home / "cache" / "spill"
    connection.execute("SET temp_directory = $1", [str(spill.absolute()) if spill.parent.is_dir() else ""])
    connection.execute("SET GLOBAL TimeZone = 'UTC'")  # cursors are sessions of their own
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")


def _view(connection: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema, files: list[str]) -> None:
    """Make a view over `files`, or an empty table of the same columns where there are none."""
    if files:
        connection.read_parquet(files).create_view(name)
    else:
        connection.from_arrow(schema.empty_table()).create(name)


def _lock(connection: duckdb.DuckDBPyConnection, files: list[str]) -> None:
    """Leave these files as the only ones in reach, and no setting to change."""
    connection.execute("SET allowed_paths = $1", [files])
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
