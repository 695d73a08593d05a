"""The workspace's baselines, vouched for by the ledger: what was learned, from what; and what was called benign."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from jumpkit.detect.baseline import SCHEMA, Span
from jumpkit.kit.clock import stamp
from jumpkit.kit.digest import sha256_hex
from jumpkit.kit.errors import NotFound
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import vouch
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from jumpkit.app.workspace import Desk

KIND = "baseline"  # of file_
_ABOUT = b"jumpkit"


@dataclass(frozen=True, slots=True)
class Learned:
    """The cases that a baseline is learned from, and those of them that were made only for that."""

    sources: tuple[str, ...]
    made: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual, and how that is known."""

    uid: str
    learned: str  # RFC 3339
    sources: tuple[str, ...]  # cases
    ranges: tuple[str, ...]  # by which addresses are named
    span: Span
    table: pa.Table


def keep(desk: Desk, table: pa.Table, span: Span, learned: Learned, ranges: tuple[str, ...]) -> Baseline:
    """Write a baseline into the workspace."""
    sources = learned.sources
    at = stamp(desk.clock())
    about = {"learned": at, "sources": sources, "ranges": ranges, "span": asdict(span)}
    sink = pa.BufferOutputStream()
    pq.write_table(table.replace_schema_metadata({_ABOUT: json.dumps(about).encode()}), sink, compression="zstd")
    data = sink.getvalue().to_pybytes()
    uid = f"B-{sha256_hex(data)[:12]}"
    path = f"baselines/{uid}.parquet"
    row: dict[str, object] = {"case": WORKSPACE, "path": path, "kind": KIND, "sha256": sha256_hex(data)}
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        append(pen, WORKSPACE, "baseline.learned", {"baseline": uid, **about, "made": learned.made})
        vouch(pen, WORKSPACE, "file_", [row | {"size": len(data), "made": at}])
        target = desk.home / path
        target.parent.mkdir(mode=0o700, exist_ok=True)
        target.write_bytes(data)
    return Baseline(uid, at, sources, ranges, span, table)


def find(desk: Desk, named: str | None) -> Baseline:
    """Return the named baseline, else the one that was learned last.

    Raises:
        NotFound: there is none.

    """
    with desk.book.read() as tx:
        rows = sorted(tx.rows("file_", case=WORKSPACE, kind=KIND), key=lambda row: (row["made"], row["path"]))
    wanted = [row for row in rows if named is None or row["path"] == f"baselines/{named}.parquet"]
    if not wanted:
        raise NotFound("no baseline was learned yet", target=named, hint="jumpkit baseline learn FOLDER_OF_OLDER_LOGS")
    path = desk.home / wanted[-1]["path"]
    table = pq.read_table(path)
    about: dict[str, Any] = json.loads(table.schema.metadata[_ABOUT])
    lists = tuple(about["sources"]), tuple(about["ranges"])
    return Baseline(path.stem, about["learned"], *lists, Span(**about["span"]), table.cast(SCHEMA))


def benign(desk: Desk) -> frozenset[tuple[str, str, str]]:
    """Return every (subject, feature, value) that somebody called benign."""
    with desk.book.read() as tx:
        lines = [json.loads(bytes(row["line"])) for row in tx.rows("ledger", case=WORKSPACE)]
    bodies = [line["body"] for line in lines if line["kind"] == "baseline.benign"]
    return frozenset((body["subject"], feature, value) for body in bodies for feature, value in body["features"])


def call_benign(desk: Desk, item: dict[str, Any], because: str) -> dict[str, Any]:
    """Enter that all that is new of an item is benign, by whom and why."""
    features = [[each["feature"], each["value"]] for each in item["features"]]
    body = {"item": item["uid"], "subject": item["principal"]["uid"], "features": features, "because": because}
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        append(pen, WORKSPACE, "baseline.benign", body)
    return body
