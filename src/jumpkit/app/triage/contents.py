"""What do records with one event id say? Asked only where ids meet, so it may be slow and exact."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from jumpkit.kit.digest import canonical
from jumpkit.model.event import Address
from jumpkit.normalize import load_source
from jumpkit.store.lake.leaves import leaf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from jumpkit.app.records import Records
    from jumpkit.app.triage.dedup import Place


class Contents:
    """Reads the records at places of the lake; `path` finds a segment's file by its number."""

    def __init__(self, path: Callable[[int], Path], records: Records) -> None:
        """Take where segments and records are found."""
        self._path = path
        self._records = records
        self._groups: dict[int, tuple[list[int], dict[int, pa.Table]]] = {}  # first rows of a segment's row groups

    def digests(self, places: Iterable[Place]) -> dict[Place, bytes]:
        """Return for each place a digest of what its event says, however its JSON is laid out."""
        return {place: self._digest(place) for place in sorted(set(places))}

    def _digest(self, place: Place) -> bytes:
        return hashlib.sha256(self._said(place)).digest()

    def _said(self, place: Place) -> bytes:
        address, source = self._where(place)
        return canonical(self._records.event_of(address, load_source(source)))

    def bytes_of(self, place: Place) -> bytes:
        """Return the record's own bytes; of a row of Parquet, which has none, what it says."""
        address, _ = self._where(place)
        return self._said(place) if address.start is None else self._records.bytes_of(address)

    def _where(self, place: Place) -> tuple[Address, str]:
        """Return the address of a record and the source that it is of."""
        number, row = place
        table = self._group(number, row)
        record = leaf(table, ("record",))[0].as_py()
        source = leaf(table, ("metadata", "log_name"))[0].as_py()
        return Address(record["sha256"], record["member"], record["index"], record["start"], record["end"]), source

    def _group(self, number: int, row: int) -> pa.Table:
        """Return the one row of a segment, whose row groups are read as they are asked for."""
        if number not in self._groups:
            counts = pq.read_metadata(self._path(number))
            sizes = [counts.row_group(each).num_rows for each in range(counts.num_row_groups)]
            self._groups[number] = (list(accumulate(sizes[:-1], initial=0)), {})
        starts, tables = self._groups[number]
        group = bisect_right(starts, row) - 1
        if group not in tables:
            with pq.ParquetFile(self._path(number)) as file:
                tables[group] = file.read_row_group(group, columns=["record", "metadata.log_name"])
        return tables[group].slice(row - starts[group], 1)
