"""A small workspace with something in every table, so that whatever is changed in it can be looked for."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from command.witness import NAME, Seer

from jumpkit.coordinate import open_case
from jumpkit.preserve import append, key_of, last_checkpoint, open_log, recording, verify, vouch
from jumpkit.store.book import WORKSPACE, Book, make_home, open_book
from jumpkit.store.book.casework import CASEWORK
from jumpkit.store.book.columns import METADATA
from jumpkit.store.book.desk import DESK
from jumpkit.store.book.estates import ESTATES

if TYPE_CHECKING:
    from pathlib import Path

    from jumpkit.preserve.problem import Verification
    from jumpkit.store.book import Tx

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def clock() -> datetime:
    return NOW


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class Place:
    """A workspace under test."""

    home: Path
    book: Book

    def fill(self, title: str, inputs: list[bytes]) -> str:
        """Open a case, seal inputs, and write a row into each table; two transactions, so two checkpoints."""
        key = key_of(self.home)
        with recording(self.book, key, clock, "tester") as pen:
            row = open_case(pen.tx, title, clock)
            case = str(row["case"])
            open_log(pen, row)
            vouch(pen, case, "run", [{"case": case, "run": "R-1", "started": "2026-03-01T12:00:00Z"}])
            vouch(pen, case, "artifact", [self.sealed(case, data) for data in inputs])
            append(pen, case, "item.collected", {"items": [digest(data) for data in inputs]})
        with recording(self.book, key, clock, "tester") as pen:
            vouch(pen, case, "segment", [self.segment(case)])
            for table, rows in findings(case).items():
                vouch(pen, case, table, rows)
            for table, row in casework(case).items():
                vouch(pen, str(row["case"]), table, [row])
            vouch(pen, case, "file_", [self.written(case, f"reports/{case}/report.html", b"<html>")])
            finished = {"run": "R-1", "started": "2026-03-01T12:00:00Z", "finished": "2026-03-01T12:00:09Z"}
            vouch(pen, case, "run", [{"case": case, **finished, "counts": '{"in":3}', "version": "0.1.0"}])
        with recording(self.book, key, clock, "tester") as pen:
            vouch(pen, case, "cosignature", [cosigned(pen.tx, case)])
        return case

    def sealed(self, case: str, data: bytes) -> dict[str, Any]:
        sha256 = digest(data)
        path = self.home / "shelf" / sha256[:2] / sha256
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return {
            "case": case,
            "sha256": sha256,
            "sha512": hashlib.sha512(data).hexdigest(),
            "name": f"/logs/{title_of(data)}",
            "size": len(data),
            "in_place": 0,
            "collected": "2026-03-01T12:00:00Z",
        }

    def segment(self, case: str) -> dict[str, Any]:
        events = self.written(case, f"lake/{case}/s0.parquet", b"events of " + case.encode())
        hits = self.written(case, f"lake/{case}/hits/s0.parquet", b"hits of " + case.encode())
        return {
            "case": case,
            "segment": "s0",
            "path": events["path"],
            "sha256": events["sha256"],
            "size": events["size"],
            "events": 3,
            "first_ms": 1,
            "last_ms": 2,
            "accounts": '["123456789012"]',
            "hits_path": hits["path"],
            "hits_sha256": hits["sha256"],
            "hits_size": hits["size"],
            "hits": 1,
        }

    def written(self, case: str, path: str, data: bytes) -> dict[str, Any]:
        place = self.home / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        return {"case": case, "path": path, "kind": "report", "sha256": digest(data), "size": len(data)}

    def sql(self, statement: str, *values: object) -> int:
        """Do what an intruder with a SQLite shell does, and return how many rows it met."""
        connection = sqlite3.connect(self.home / "book.sqlite")
        with connection:
            changed = connection.execute(statement, values).rowcount
        connection.close()
        return changed

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.home / "book.sqlite")
        found = connection.execute(statement, values).fetchall()
        connection.close()
        return found

    def verify(self, case: str | None = None, pin: str | None = None) -> Verification:
        return verify(self.home, case, pin=pin)

    def said(self, case: str | None = None, pin: str | None = None) -> list[tuple[str, str]]:
        """Return the kinds and places of what verification names."""
        return [(each.kind, each.where) for each in self.verify(case, pin).problems]


OF_THE_WORKSPACE = {"origin", "account", "factor", "token", "inventory_sync"}


def casework(case: str) -> dict[str, dict[str, Any]]:
    """Return a row with every column filled for each table of what people enter."""
    made = {}
    for table in {*CASEWORK, *DESK, *ESTATES} - {"cosignature"}:
        columns = {column.name: column for column in METADATA.tables[table].columns}
        row = {name: f"{name}-1" if column.type.python_type is str else 1 for name, column in columns.items()}
        row |= {
            name: "[]" for name in ("options", "evidence", "inputs", "open_items", "what", "overrode") if name in row
        }
        row |= {"at": "2026-03-01T12:00:00Z"} if "at" in row else {}
        made[table] = row | {"case": WORKSPACE if table in OF_THE_WORKSPACE else case}
    return made


def cosigned(tx: Tx, case: str) -> dict[str, Any]:
    """Return the row of a witness's line over the newest checkpoint of a case."""
    made, checkpoint = Seer(), last_checkpoint(tx, case)
    assert checkpoint is not None
    status, answer = made.answer(b"old 0\n\n" + checkpoint.note)
    assert status == 200
    row = {"case": case, "cosignature": "1", "size": checkpoint.size, "witness": NAME, "vkey": made.vkey}
    told = {"at": "2026-03-01T12:00:00Z", "recorded": "2026-03-01T12:00:00Z", "author": "tester"}
    return row | told | {"line": answer.decode().split("\n")[1]}


def title_of(data: bytes) -> str:
    return f"{digest(data)[:6]}.json"


def findings(case: str) -> dict[str, list[dict[str, Any]]]:
    """Return rows of what detection and investigation say."""
    moments = {"first": "2023-07-10T12:00:00Z", "last": "2023-07-10T12:30:00Z"}
    shared = {"case": case, "title": "A key was made", "severity": "high", "tactics": '["persistence"]', **moments}
    finding = {
        **shared,
        "rule": "r1",
        "attack": json.dumps(["T1098.001"]),
        "events": 4,
        "principal_uid": "aws:123456789012:AIDA1",
        "principal_name": "bob",
        "origin_uid": "aws:123456789012:AIDA1",
        "origin_resolved": 1,
        "sample": "[]",
        "run": "R-1",
    }
    return {
        "finding": [
            {**finding, "finding": "F-1", "incident": "I-1"},
            {**finding, "finding": "F-2", "severity": "low", "superseded_by": '["F-1"]', "superseded_why": "late file"},
        ],
        "incident": [{**shared, "incident": "I-1", "origins": "[]", "findings": '["F-1"]', "run": "R-1"}],
        "blind_spot": [{"case": case, "blind_spot": "B-1", "kind": "region", "affects": "[]", "because": "no events"}],
        "principal": [{"case": case, "principal": "aws:123456789012:AIDA1", "body": '{"calls":4}'}],
        "rule_applied": [{"case": case, "rule": "r1", "digest": "0" * 64, "info": "{}", "live": 1}],
    }


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return an empty workspace."""
    home = make_home(tmp_path / "home")
    return Place(home, open_book(home))


@pytest.fixture
def filled(place: Place) -> tuple[Place, str]:
    """Return a workspace with one case of two inputs, and the case's id."""
    return place, place.fill("Keys of bob", [b'{"Records":[1]}', b'{"Records":[2]}'])
