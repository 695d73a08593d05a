"""What one process does with one task: seal, read, normalize, match, write; it never touches the book."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from jumpkit.app.triage.hits import HitRows, hit_table
from jumpkit.app.triage.ids import Ids, ids_of
from jumpkit.app.triage.window import inside
from jumpkit.collect import read, seal
from jumpkit.detect import Engine, RuleSet
from jumpkit.investigate import identity_sums
from jumpkit.model.artifact import Candidate, Chunk, Rejected, Sealed, Skipped
from jumpkit.model.batch import Batch
from jumpkit.model.event import Reject
from jumpkit.normalize import Readers
from jumpkit.store.lake.leaves import leaf
from jumpkit.store.lake.schema import EVENT, HIT
from jumpkit.store.lake.write import SegmentRef, SegmentWriter
from jumpkit.store.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pyarrow as pa

    from jumpkit.app.triage.request import Request

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Task:
    """A few inputs that one process reads into one segment."""

    number: int
    candidates: tuple[Candidate, ...]
    segment: str  # its name, without suffix


@dataclass(slots=True)
class Outcome:
    """What came of a task; files it wrote lie in the staging folder."""

    number: int
    sealed: list[Sealed] = field(default_factory=list)
    known: list[Sealed] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    seen: int = 0  # records, whatever became of them
    outside: int = 0
    events: SegmentRef | None = None
    hits: SegmentRef | None = None
    ids: list[Ids] = field(default_factory=list)  # by row of the segment
    sums: list[pa.Table] = field(default_factory=list)  # what its events say of each identity


class Worker:
    """Keeps the reader's and the engine's memory warm from task to task; one a process."""

    def __init__(self, request: Request, home: Path, staging: Path, rules: RuleSet, known: frozenset[str]) -> None:
        """Prepare to work in `staging`; `known` are digests that this case has already taken in."""
        self.request = request
        self.shelf = Shelf(home)
        self.staging = staging
        self.known = known
        self.rules = rules
        self.reader = Readers()
        self.engine = Engine(rules)

    def run(self, task: Task, tick: Callable[[int], None] = lambda _: None) -> Outcome:
        """Do one task and return what came of it; `tick` hears of each batch's rows."""
        outcome = Outcome(task.number)
        desk = _Desk(self, task, outcome)
        for item in self._items(task, outcome):
            match item:
                case Batch():
                    desk.take(item)
                    tick(item.rows)
                case Reject():
                    outcome.seen += 1
                    outcome.rejects.append(item)
                case Rejected():
                    outcome.rejected.append(item)
                case Skipped():
                    outcome.skipped.append(item)
        self.shelf.flush()
        desk.close()
        return outcome

    def _items(self, task: Task, outcome: Outcome) -> Iterator[Batch | Reject | Rejected | Skipped]:
        for candidate in task.candidates:
            sealed = seal(candidate, self.shelf, in_place=self.request.in_place, s3=self.request.s3)
            if isinstance(sealed, Rejected):
                yield sealed
            elif sealed.sha256 in self.known:
                outcome.known.append(sealed)
            else:
                outcome.sealed.append(sealed)
                yield from self._chunks(sealed)
        yield from self.reader.flush()

    def _chunks(self, sealed: Sealed) -> Iterator[Batch | Reject | Rejected | Skipped]:
        for chunk in read(sealed, self.request.limits):
            if isinstance(chunk, Chunk):
                yield from (_named(item, sealed.name) for item in self.reader.feed(chunk))
            else:
                yield _named(chunk, sealed.name)


def _named(item: _Item, path: str) -> _Item:
    """Return what was left out with the name of its input, which rooms that see only bytes do not know."""
    if isinstance(item, Rejected | Skipped) and not item.path:
        return replace(item, path=path)
    return item


class _Desk:
    """The segment that a task writes, with its hits beside it."""

    def __init__(self, worker: Worker, task: Task, outcome: Outcome) -> None:
        self.worker = worker
        self.outcome = outcome
        self.path = worker.staging / f"{task.segment}.parquet"
        self.hits_path = worker.staging / f"{task.segment}.hits.parquet"
        self.events: SegmentWriter | None = None
        self.hits: SegmentWriter | None = None
        self.rows = 0

    def take(self, batch: Batch) -> None:
        outcome, window = self.outcome, self.worker.request.window
        outcome.seen += batch.rows
        if not window.open:
            before = batch.rows
            batch = inside(batch, window)
            outcome.outside += before - batch.rows
        if not batch.rows:
            return
        self._match(batch)
        if self.events is None:
            self.events = SegmentWriter(self.path, EVENT)
        self.events.append(batch.table)
        outcome.ids.append(ids_of(leaf(batch.table, ("metadata", "uid"))))
        outcome.sums.append(identity_sums(batch.table))
        self.rows += batch.rows

    def _match(self, batch: Batch) -> None:
        found = self.worker.engine.match(batch)
        if not len(found.row):
            return
        rules = self.worker.rules.infos
        names: list[str] = [info.rule for info in rules]
        table: pa.Table = hit_table(batch.table, HitRows(names, found.rule, found.row, found.fields), self.rows)
        if self.hits is None:
            self.hits = SegmentWriter(self.hits_path, HIT, kind="hits")
        self.hits.append(table)

    def close(self) -> None:
        self.outcome.events = self.events.close() if self.events else None
        self.outcome.hits = self.hits.close() if self.hits else None
