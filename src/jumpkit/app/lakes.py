"""Opens the lake of a case as its book lists it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import stamp
from jumpkit.store.lake.write import SegmentRef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jumpkit.app.workspace import Desk
    from jumpkit.store.book.book import Row
    from jumpkit.store.lake.read import Lake

HITS = "hits"  # kinds of file_: hits of rules that came later, and of correlations
CORRELATIONS = "correlations"


def open_case(
    desk: Desk,
    case: str,
    *,
    without: frozenset[str] = frozenset(),
    threads: int | None = None,
    run: str | None = None,
) -> Lake:
    """Return the lake of a case, leaving out the files of the named paths, and the events that other runs brought."""
    from jumpkit.store.lake.read import open_lake  # noqa: PLC0415 - DuckDB; triage loads it while its workers read

    memory, threads = str(desk.setting("memory")), threads or desk.setting("threads")
    return open_lake(desk.home, case, references(desk, case, without, run), memory=memory, threads=threads)


def references(
    desk: Desk, case: str, without: frozenset[str] = frozenset(), run: str | None = None
) -> list[SegmentRef]:
    """Return the files of the case's events (of one run, where it is named) and hits."""
    with desk.book.read() as tx:
        segments = tx.rows("segment", case=case)
        files = [row for kind in (HITS, CORRELATIONS) for row in tx.rows("file_", case=case, kind=kind)]
    found = [_events(row) for row in segments if run is None or row["run"] == run]
    found += [_hits(row["hits_path"], row["hits"]) for row in segments if row["hits_path"]]
    found += [_hits(row["path"], 1) for row in files]
    return [reference for reference in found if reference.path.as_posix() not in without]


def _events(row: Row) -> SegmentRef:
    accounts: list[Any] = json.loads(row["accounts"] or "[]")
    path = Path(row["path"])
    return SegmentRef(path, "events", row["events"], row["first_ms"], row["last_ms"], tuple(accounts))


def _hits(path: str, rows: int) -> SegmentRef:
    return SegmentRef(Path(path), "hits", rows, None, None, ())


def retired(desk: Desk, case: str, paths: Iterable[str]) -> list[Row]:
    """Return the rows that say of files that they were replaced and will be swept away; they hold no digest."""
    at = stamp(desk.clock())
    return [{"case": case, "path": path, "kind": "retired", "sha256": None, "size": None, "made": at} for path in paths]
