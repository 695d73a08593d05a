"""A tranche: outcomes of some tasks, freed of duplicates, moved into the lake and written to the book in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jumpkit.app.triage.dedup import KeyFile, Verdict, candidates, judge, write_keys
from jumpkit.kit.digest import sha256_hex
from jumpkit.store.lake.leaves import leaf
from jumpkit.store.lake.schema import HIT
from jumpkit.store.lake.write import SegmentRef, SegmentWriter, mark_conflicts, rewrite_without

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from jumpkit.app.triage.contents import Contents
    from jumpkit.app.triage.ids import Ids
    from jumpkit.app.triage.worker import Outcome


@dataclass(frozen=True, slots=True)
class Placed:
    """A segment that is ready for the lake, with its hits."""

    number: int
    events: SegmentRef
    hits: SegmentRef | None
    duplicates: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class Segments:
    """Segments with events of one tranche: number, outcome."""

    numbered: tuple[tuple[int, Outcome], ...]

    def taken(self) -> Rows:
        """Return all rows, segment after segment; the outcomes give their ids away, so this can be asked once."""
        sizes = [sum(map(len, outcome.ids)) for _, outcome in self.numbered]
        ids = np.empty((sum(sizes), 2), np.uint64)
        places = np.empty((sum(sizes), 2), np.uint64)
        at = 0
        for (number, outcome), size in zip(self.numbered, sizes, strict=True):
            ids[at : at + size] = np.concatenate(outcome.ids)
            outcome.ids.clear()
            places[at : at + size, 0] = number
            places[at : at + size, 1] = np.arange(size, dtype=np.uint64)
            at += size
        return Rows(ids, places)


@dataclass(frozen=True, slots=True)
class Rows:
    """The ids of a tranche's rows, and the place (segment, row) of each."""

    ids: Ids
    places: npt.NDArray[np.uint64]


def weed(segments: Segments, rows: Rows, earlier: Sequence[KeyFile], contents: Contents) -> Verdict:
    """Return which rows of the tranche repeat, or contradict, an event that is already there."""
    mine = {number for number, _ in segments.numbered}
    groups = candidates(rows.ids, rows.places, earlier)
    digests = contents.digests(place for group in groups for place in group)
    return judge(groups, lambda place: place[0] in mine, digests)


def settle(segments: Segments, rows: Rows, verdict: Verdict, contents: Contents, keys: Path) -> list[Placed]:
    """Rewrite the segments that hold duplicates or conflicts, and write the sorted ids of what stays."""
    placed = [_settled(number, outcome, verdict, contents) for number, outcome in segments.numbered]
    ids, places = rows.ids, rows.places
    if verdict.duplicates:
        ids, places = _without(rows, verdict.duplicates)
    keys.parent.mkdir(parents=True, exist_ok=True)
    write_keys(keys, ids, places)
    return placed


def _without(rows: Rows, duplicates: Mapping[int, Sequence[int]]) -> tuple[Ids, npt.NDArray[np.uint64]]:
    """Return ids and places of the rows that stay, numbered anew within their segments."""
    ids, places = rows.ids, rows.places
    keep = np.ones(len(ids), dtype=np.bool_)
    for number, gone in duplicates.items():
        keep[np.searchsorted(places[:, 0], np.uint64(number)) + np.array(gone)] = False
    ids, places = ids[keep], places[keep]
    for number in duplicates:
        mine = places[:, 0] == number
        places[mine, 1] = np.arange(int(mine.sum()), dtype=np.uint64)
    return ids, places


def _settled(number: int, outcome: Outcome, verdict: Verdict, contents: Contents) -> Placed:
    events, hits = outcome.events, outcome.hits
    assert events is not None  # noqa: S101 - only segments with events are numbered
    duplicates = verdict.duplicates.get(number, [])
    named = _new_names(number, verdict.conflicts.get(number, []), events.path, contents)
    if named:
        events = mark_conflicts(events.path, named)
    if duplicates:
        events = rewrite_without(events.path, duplicates)
    if hits is not None and (named or duplicates):
        hits = _hits_again(hits, duplicates, named)
    return Placed(number, events, hits, len(duplicates), len(named))


def _new_names(number: int, rows: Sequence[int], path: Path, contents: Contents) -> dict[int, str]:
    """Return the ids under which conflicting rows are kept: the vendor's id and a piece of the content's digest."""
    if not rows:
        return {}
    with pq.ParquetFile(path) as file:
        uids = leaf(file.read(columns=["metadata.uid"]), ("metadata", "uid"))
    return {row: f"{uids[row].as_py()}~{sha256_hex(contents.bytes_of((number, row)))[:8]}" for row in rows}


def _hits_again(hits: SegmentRef, duplicates: Sequence[int], named: dict[int, str]) -> SegmentRef:
    table = pq.read_table(hits.path, schema=HIT)
    if duplicates:
        gone = pc.is_in(table.column("row"), value_set=pa.array(duplicates, pa.int32()))
        table = table.filter(pc.invert(gone))
    if named:
        rows, uids = table.column("row").to_pylist(), table.column("uid").to_pylist()
        renamed = [named.get(row, uid) for row, uid in zip(rows, uids, strict=True)]
        table = table.set_column(HIT.get_field_index("uid"), HIT.field("uid"), pa.array(renamed, pa.string()))
    writer = SegmentWriter(hits.path, HIT, kind="hits")
    writer.append(table)
    return writer.close()


def move(path: Path, target: Path) -> None:
    """Give a finished file its place in the workspace; it is on disk already."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.replace(target)
