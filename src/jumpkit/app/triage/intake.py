"""Takes the inputs in, tranche by tranche: what is committed stays, what is not is done again by the next run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from jumpkit.app.records import Records
from jumpkit.app.triage.contents import Contents
from jumpkit.app.triage.dedup import KeyFile
from jumpkit.app.triage.tally import Tally, artifact_row, reject_as_dict, rejected_as_dict
from jumpkit.app.triage.tranche import Placed, Segments, move, settle, weed
from jumpkit.investigate import SUMS
from jumpkit.kit.clock import stamp
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import Body, Pen, append_all
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import vouch
from jumpkit.store.files import file_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jumpkit.app.triage.request import Window
    from jumpkit.app.triage.worker import Outcome
    from jumpkit.app.workspace import Desk
    from jumpkit.model.artifact import Sealed
    from jumpkit.model.event import Reject
    from jumpkit.store.book.book import Row
    from jumpkit.store.lake.write import SegmentRef

_ROWS = 400_000  # events after which a tranche is committed
_A_LINE = 200  # rejected records that one ledger line names


@dataclass(slots=True)
class Intake:
    """The state of a run's intake: which case and run, where files wait, and what was counted."""

    desk: Desk
    case: str
    run: str
    staging: Path
    window: Window
    tally: Tally = field(default_factory=Tally)
    next_number: int = 0
    held: dict[str, Row] = field(default_factory=dict)  # the case's artifacts before this run, by digest
    _sums: list[pa.Table] = field(default_factory=list)  # what its events say of each identity
    _summed: bool = True  # whether these are of all events that were stored
    _fresh: set[str] = field(default_factory=set)  # digests that this run brought

    def segment(self, number: int) -> str:
        """Return the name of the segment of a task of this run."""
        return f"{self.next_number + number:06d}-{self.run}"

    def take(self, outcomes: Iterable[Outcome], done: Callable[[Tally], None]) -> None:
        """Commit outcomes as they come, a tranche at a time; `done` hears of each."""
        waiting: list[Outcome] = []
        rows = 0
        for outcome in outcomes:
            waiting.append(outcome)
            rows += outcome.events.rows if outcome.events else 0
            if rows >= _ROWS:
                self._commit(waiting)
                waiting, rows = [], 0
                done(self.tally)
        if waiting:
            self._commit(waiting)
            done(self.tally)

    def _commit(self, outcomes: list[Outcome]) -> None:
        with_events = [(self.next_number + item.number, item) for item in outcomes if item.events]
        segments = Segments(tuple(with_events))
        contents = Contents(self._path, Records(self._locator(outcomes), self.desk.limits()))
        placed: list[Placed] = []
        keys = self.staging / f"keys-{outcomes[0].number:06d}.npy"
        if with_events:
            rows = segments.taken()
            verdict = weed(segments, rows, self._earlier(), contents)
            placed = settle(segments, rows, verdict, contents, keys)
        self._count(outcomes, placed)
        self._sum_up(outcomes, placed)
        moved = [self._move(item) for item in placed]
        files = [self._move_keys(keys)] if placed else []
        with recording(self.desk.book, key_of(self.desk.home), self.desk.clock, self.desk.actor) as pen:
            self._write(pen, outcomes, moved, files)

    def _sum_up(self, outcomes: list[Outcome], placed: list[Placed]) -> None:
        """Take the sums over; those of segments that lost rows are of too many events."""
        self._summed = self._summed and not any(item.duplicates for item in placed)
        for outcome in outcomes:
            self._sums += outcome.sums
        if not self._summed:
            self._sums.clear()

    def identities(self) -> dict[str, pa.Table]:
        """Return what the lake of the case may remember: sums over all its events, where this run knows them."""
        known = self._summed and self._sums and not self.next_number
        return {SUMS: pa.concat_tables(self._sums)} if known else {}

    def _artifact(self, sealed: Sealed, short: frozenset[str]) -> Row:
        """Return the row of an artifact; one of which something was turned away is read again by the next run."""
        told = self.window.as_row() | ({"fell_short": True} if sealed.sha256 in short else {})
        processed = json.dumps(told, sort_keys=True)
        known = self.held.get(sealed.sha256)
        if known is not None:
            return {**known, "processed": processed}
        return artifact_row(self.case, self.run, sealed, stamp(self.desk.clock()), processed)

    def _put_back(self, sealed: list[Sealed]) -> list[tuple[str, Body]]:
        """Return what the ledger says of bytes that the shelf had lost, or held damaged, and holds again."""
        entries: list[tuple[str, Body]] = []
        for item in sealed:
            lost = item.sha256 in self.held and not item.already and not item.in_place
            if lost or item.mended:
                told = {"sha256": item.sha256, "name": item.name, "size": item.size, "run": self.run}
                entries.append(("item.mended" if item.mended else "item.restored", told))
        self.tally.restored += len(entries)
        return entries

    def _locator(self, outcomes: list[Outcome]) -> Callable[[str], Sealed]:
        """Return what finds an artifact, of this tranche or of an earlier one."""
        fresh = {sealed.sha256: sealed for outcome in outcomes for sealed in outcome.sealed}
        return lambda sha256: fresh[sha256] if sha256 in fresh else self.desk.artifact(sha256)

    def _earlier(self) -> list[KeyFile]:
        with self.desk.book.read() as tx:
            rows = tx.rows("file_", case=self.case, kind="keys")
        return [KeyFile(self.desk.home / row["path"]) for row in rows]

    def _path(self, number: int) -> Path:
        """Return the events of a segment, in the lake or still waiting."""
        prefix = f"{number:06d}-"
        for folder in (self.staging, self.desk.home / "lake" / self.case):
            for path in folder.glob(f"{prefix}*.parquet"):
                if not path.name.endswith(".hits.parquet"):
                    return path
        raise FileNotFoundError(prefix)

    def _count(self, outcomes: list[Outcome], placed: list[Placed]) -> None:
        tally = self.tally
        for outcome in outcomes:
            fresh = {sealed.sha256 for sealed in outcome.sealed} - self.held.keys() - self._fresh
            self._fresh |= fresh
            tally.sealed += len(fresh)
            tally.known += len(outcome.known) + len(outcome.sealed) - len(fresh)
            tally.skipped += outcome.skipped
            tally.rejected += outcome.rejected
            tally.seen += outcome.seen
            tally.outside += outcome.outside
            tally.reject(outcome.rejects)
        for item in placed:
            tally.duplicate += item.duplicates
            tally.conflict += item.conflicts
            tally.stored += item.events.rows - item.conflicts

    def _move(self, placed: Placed) -> Row:
        """Move a segment into the lake and return its row."""
        name = placed.events.path.name.removesuffix(".parquet")
        folder = Path("lake") / self.case
        target, hits_target = folder / f"{name}.parquet", folder / "hits" / f"{name}.parquet"
        row: dict[str, object] = {"case": self.case, "segment": name, "run": self.run, "path": target.as_posix()}
        row |= {"sha256": placed.events.sha256, "size": placed.events.size}
        row |= {"events": placed.events.rows, "first_ms": placed.events.since, "last_ms": placed.events.until}
        row["accounts"] = json.dumps(list(placed.events.accounts))
        move(placed.events.path, self.desk.home / target)
        return row | self._hits_row(placed.hits, hits_target)

    def _hits_row(self, hits: SegmentRef | None, target: Path) -> dict[str, object]:
        if hits is None:
            return {"hits": 0}
        move(hits.path, self.desk.home / target)
        return {"hits": hits.rows, "hits_path": target.as_posix(), "hits_sha256": hits.sha256, "hits_size": hits.size}

    def _move_keys(self, keys: Path) -> Row:
        target = Path("lake") / self.case / "keys" / f"{self.run}-{keys.name.removeprefix('keys-')}"
        row: dict[str, object] = {"case": self.case, "path": target.as_posix(), "kind": "keys"}
        row |= {"sha256": file_digest(keys), "size": keys.stat().st_size, "made": stamp(self.desk.clock())}
        move(keys, self.desk.home / target)
        return row

    def _write(self, pen: Pen, outcomes: list[Outcome], segments: list[Row], files: list[Row]) -> None:
        artifacts: dict[str, Row] = {}
        entries: list[tuple[str, Body]] = []
        for outcome in outcomes:
            short = _short(outcome)
            for sealed in outcome.sealed:
                row = self._artifact(sealed, short)
                kind = "item.read_again" if sealed.sha256 in self.held else "item.collected"
                artifacts.setdefault(sealed.sha256, row)
                names = ("sha256", "sha512", "size", "name", "in_place")
                told = {name: row[name] for name in names} | {"name": sealed.name, "run": self.run}
                entries.append((kind, told))
            entries += self._put_back([*outcome.sealed, *outcome.known])
            entries += [("item.skipped", {"path": item.path, "reason": item.reason}) for item in outcome.skipped]
            entries += [("item.rejected", rejected_as_dict(item)) for item in outcome.rejected]
            entries += _rejected_records(outcome.rejects)
        stored: dict[str, object] = {name: sum(int(row[name]) for row in segments) for name in ("events", "hits")}
        append_all(pen, self.case, [*entries, ("events.stored", stored | {"run": self.run})])
        vouch(pen, self.case, "artifact", list(artifacts.values()))
        vouch(pen, self.case, "segment", segments)
        vouch(pen, self.case, "file_", files)


def _short(outcome: Outcome) -> frozenset[str]:
    """Return the artifacts of which something was turned away."""
    found = {item.sha256 for item in outcome.rejected} | {item.record.sha256 for item in outcome.rejects}
    return frozenset(name for name in found if name)


def _rejected_records(rejects: list[Reject]) -> list[tuple[str, Body]]:
    parts = [rejects[start : start + _A_LINE] for start in range(0, len(rejects), _A_LINE)]
    return [("record.rejected", {"records": [reject_as_dict(item) for item in part]}) for part in parts]
