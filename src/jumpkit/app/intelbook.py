"""The workspace's indicators: lists, each as it was handed over and as it was read, vouched for by the ledger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from jumpkit.detect.intel.matching import as_row
from jumpkit.kit.clock import stamp
from jumpkit.kit.digest import sha256_hex
from jumpkit.model.indicator import Indicator, Term
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import vouch
from jumpkit.store.book import WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jumpkit.app.workspace import Desk
    from jumpkit.store.book import Tx

FOLDER = "intel"
READ, HANDED = "intel", "intel-source"  # kinds of file_
_COLUMNS = pa.schema(
    [
        *((name, pa.string()) for name in ("uid", "name", "source", "reason", "tlp", "context", "clauses")),
        *((name, pa.int64()) for name in ("since", "until", "modified", "confidence")),
        *((name, pa.bool_()) for name in ("refused", "revoked")),
    ]
)


@dataclass(frozen=True, slots=True)
class Import:
    """One list of indicators as it was taken in."""

    name: str
    fmt: str
    sha256: str
    indicators: Sequence[Indicator]


def known_already(tx: Tx, data: bytes) -> bool:
    """Return whether these very bytes were taken in before."""
    return tx.one("file_", case=WORKSPACE, kind=HANDED, sha256=sha256_hex(data)) is not None


def keep(desk: Desk, taken: Import, data: bytes) -> None:
    """Write a list of indicators into the workspace, with the bytes that it was read from."""
    with desk.book.read() as tx:
        number = len(tx.rows("file_", case=WORKSPACE, kind=READ))
    stem = f"{FOLDER}/{number:05d}-{taken.sha256[:12]}"
    table = pa.Table.from_pylist([as_row(item) for item in taken.indicators], _COLUMNS)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    contents = {f"{stem}.parquet": (READ, sink.getvalue().to_pybytes()), f"{stem}.source": (HANDED, data)}
    told = {"name": taken.name, "format": taken.fmt, "sha256": taken.sha256, "indicators": len(taken.indicators)}
    with recording(desk.book, key_of(desk.home), desk.clock, desk.actor) as pen:
        append(pen, WORKSPACE, "intel.imported", told)
        vouch(pen, WORKSPACE, "file_", [_row(desk, path, *held) for path, held in contents.items()])
        for path, (_, held) in contents.items():
            target = desk.home / path
            target.parent.mkdir(mode=0o700, exist_ok=True)
            target.write_bytes(held)


def _row(desk: Desk, path: str, kind: str, data: bytes) -> dict[str, object]:
    row: dict[str, object] = {"case": WORKSPACE, "path": path, "kind": kind, "sha256": sha256_hex(data)}
    return row | {"size": len(data), "made": stamp(desk.clock())}


def any_kept(desk: Desk) -> bool:
    """Return whether the workspace has any list of indicators."""
    with desk.book.read() as tx:
        return bool(tx.count("file_", case=WORKSPACE, kind=READ))


def indicators(desk: Desk) -> list[Indicator]:
    """Return what stands of all lists: of several with one id the one that was modified, or taken in, last."""
    with desk.book.read() as tx:
        paths = [row["path"] for row in tx.rows("file_", case=WORKSPACE, kind=READ) if row["sha256"]]
    standing: dict[str, Indicator] = {}
    for path in sorted(paths):
        for row in pq.read_table(Path(desk.home) / path).to_pylist():
            item = _indicator(row)
            held = standing.get(item.uid)
            if held is None or (item.modified or 0) >= (held.modified or 0):
                standing[item.uid] = item
    return [standing[uid] for uid in sorted(standing)]


def _indicator(row: dict[str, Any]) -> Indicator:
    clauses = tuple(tuple(Term(*term) for term in clause) for clause in json.loads(row.pop("clauses")))
    return Indicator(clauses=clauses, **row)
