"""An index of a case's segments: which value stands where, so that all about one is found without reading the rest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from jumpkit.store.lake.write import GROUP_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

_TOKENS = (
    r"arn:aws[a-z-]*:[^\s\"\\]{8,300}|A(?:KIA|SIA)[A-Z0-9]{16}"
    r"|\b(?:i|ami|snap|vol|sg|eni|vpc|subnet|eipalloc)-[0-9a-f]{8,17}\b"
)
_NAMES = (
    "bucketName|roleName|userName|functionName|secretId|groupName|policyName|instanceProfileName|trailName|name|keyId"
)
_TOLD = "list_distinct(regexp_extract_all({0}, '({1})', 1))"
FIELDS: dict[str, str] = {  # by what it is called: SQL that gives one text or a list of them
    "src_endpoint.ip": "src_endpoint.ip",
    "dst_endpoint.ip": "dst_endpoint.ip",
    "actor.user.credential_uid": "actor.user.credential_uid",
    "principal.uid": "principal.uid",
    "principal.name": "principal.name",
    "actor.user.uid": "actor.user.uid",
    "actor.user.uid_alt": "actor.user.uid_alt",
    "actor.session.issuer": "actor.session.issuer",
    "user.name": "user.name",
    "http_request.user_agent": "http_request.user_agent",
    "query.hostname": "query.hostname",
    "resource.uid": "resource.uid",
    "resource.name": "resource.name",
    "device.instance_uid": "device.instance_uid",
    "device.interface_uid": "device.interface_uid",
    "api.request.data": _TOLD.format("api.request.data", _TOKENS),
    "api.response.data": _TOLD.format("api.response.data", _TOKENS),
    "api.request.data: name": (
        rf"list_distinct(regexp_extract_all(api.request.data, '\"(?:{_NAMES})\"\s*:\s*\"([^\"\\]{{1,300}})\"', 1))"
    ),
}
_LISTS = frozenset(name for name, sql in FIELDS.items() if sql.startswith("list_"))
_INDEX = """
SELECT value, '{name}' AS field, count(*) AS events, min(time) AS first, max(time) AS last,
       list_sort(list(DISTINCT (row // {size})::INTEGER)) AS blocks
FROM (SELECT {value} AS value, time, file_row_number AS row
      FROM read_parquet('{path}', file_row_number = true) WHERE {column} IS NOT NULL)
WHERE value <> '' GROUP BY value
"""
_FIND = """
SELECT filename, field, events, first, last, blocks FROM read_parquet($1, filename = true) WHERE value = $2
ORDER BY first, filename, field
"""
_COLUMNS = (
    "metadata.uid", "metadata.log_name", "time", "status_code", "api.operation", "api.service.name",
    "actor.user.credential_uid", "actor.user.uid", "actor.user.uid_alt", "actor.session.issuer", "user.name",
    "src_endpoint.ip", "dst_endpoint.ip", "http_request.user_agent", "cloud.account.uid", "cloud.region",
    "principal.uid", "principal.name", "query.hostname", "resource.uid", "resource.name", "device.instance_uid",
    "device.interface_uid",
)  # fmt: skip
_LONG = ("api.request.data", "api.response.data")  # read only where the value stands in them
_INDEX_ROWS = 4_096


@dataclass(frozen=True, slots=True)
class Indexed:
    """A segment of events and its index."""

    events: Path
    index: Path


@dataclass(frozen=True, slots=True)
class Place:
    """Where in one segment a value stands in one field: blocks of GROUP_ROWS rows."""

    segment: Indexed
    field: str
    events: int
    first: int  # ms since 1970
    last: int
    blocks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Rows that were read for a value, in a database of their own."""

    connection: duckdb.DuckDBPyConnection
    long: tuple[str, ...]  # which of the long columns were read

    def query(self, sql: str, params: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of our own statement over `events`: those in which the value stands."""
        return self.connection.execute(sql, list(params)).fetchall()


def build(segments: Iterable[Indexed], memory: str) -> int:
    """Write the index of each segment that has none yet, and return of how many."""
    missing = [segment for segment in segments if not segment.index.is_file()]
    for segment in missing:
        segment.index.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with duckdb.connect(":memory:") as connection:
            connection.execute("SET memory_limit = $1", [memory])
            connection.execute("SET temp_directory = $1", [str(segment.index.parent / "spill")])
            parts = [connection.sql(_index_of(segment.events, name)).to_arrow_table() for name in FIELDS]
        table = pa.concat_tables(parts).sort_by([("value", "ascending"), ("field", "ascending")])
        half = segment.index.with_suffix(".part")
        pq.write_table(table, half, compression="zstd", row_group_size=_INDEX_ROWS, write_statistics=["value"])
        half.replace(segment.index)
    return len(missing)


def _index_of(path: Path, name: str) -> str:
    sql, column = FIELDS[name], name.partition(":")[0]
    value = f"unnest({sql})" if name in _LISTS else sql
    escaped = str(path).replace("'", "''")
    return _INDEX.format(value=value, name=name, column=column, path=escaped, size=GROUP_ROWS)


def find(segments: Sequence[Indexed], value: str) -> list[Place]:
    """Return every place at which exactly this value stands."""
    if not segments:
        return []
    by_name = {str(segment.index): segment for segment in segments}
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(_FIND, [list(by_name), value]).fetchall()
    return [
        Place(by_name[name], place, events, first, last, tuple(blocks))
        for name, place, events, first, last, blocks in rows
    ]


def meet(places: Sequence[Place], value: str, memory: str) -> Meeting:
    """Read the rows at these places, and keep those in which the value stands."""
    wanted: dict[Indexed, set[int]] = {}
    for place in places:
        wanted.setdefault(place.segment, set()).update(place.blocks)
    fields = sorted({place.field for place in places})
    columns = [*_COLUMNS, *(name for name in _LONG if any(each.partition(":")[0] == name for each in fields))]
    with ThreadPoolExecutor(2) as pool:
        parts = list(pool.map(lambda item: _rows(item[0].events, item[1], columns), wanted.items()))
    connection = duckdb.connect(":memory:")
    connection.execute("SET memory_limit = $1", [memory])
    where = " OR ".join(
        f"list_contains({FIELDS[name]}, $1)" if name in _LISTS else f"{FIELDS[name]} = $1" for name in fields
    )
    read = pa.concat_tables([table for part in parts for table in part])
    connection.register("read", read)
    connection.execute(f"CREATE TABLE events AS SELECT * FROM read WHERE {where}", [value])  # noqa: S608 - our own fields
    connection.unregister("read")
    return Meeting(connection, tuple(name for name in _LONG if name in columns))


def _rows(path: Path, blocks: set[int], columns: list[str]) -> list[pa.Table]:
    """Return the row groups that hold these blocks."""
    with pq.ParquetFile(path) as file:
        held, begin = [], 0
        for number in range(file.num_row_groups):
            end = begin + file.metadata.row_group(number).num_rows
            if any(begin < (block + 1) * GROUP_ROWS and block * GROUP_ROWS < end for block in blocks):
                held.append(number)
            begin = end
        return [file.read_row_group(number, columns=columns, use_threads=False) for number in held]


def counted(places: Iterable[Place]) -> Mapping[str, tuple[int, int, int]]:
    """Return by field how many events have the value there, and the first and last moment (ms since 1970)."""
    found: dict[str, tuple[int, int, int]] = {}
    for place in places:
        events, first, last = found.get(place.field, (0, place.first, place.last))
        found[place.field] = (events + place.events, min(first, place.first), max(last, place.last))
    return found
