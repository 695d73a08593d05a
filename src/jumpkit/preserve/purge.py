"""Removes a case for good and leaves a certificate; whatever kills it, the next call ends it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import NotFound
from jumpkit.preserve.check_files import expected_of
from jumpkit.preserve.keys import key_of
from jumpkit.preserve.ledger import append
from jumpkit.preserve.merkle import leaf_hash, root
from jumpkit.preserve.recording import recording
from jumpkit.preserve.rows import vouch
from jumpkit.store.book import VOUCHED, WORKSPACE
from jumpkit.store.book.rows import from_json, to_json

if TYPE_CHECKING:
    from pathlib import Path

    from jumpkit.kit.clock import Clock
    from jumpkit.preserve.keys import Key
    from jumpkit.store.book import Book, Tx

_FOLDERS = ("lake", "reports", "estates", "cache")


def purge(home: Path, book: Book, case: str, clock: Clock, actor: str) -> dict[str, Any]:
    """Remove the case's rows, ledger, files, and the sealed inputs that no other case holds; return the certificate.

    Hold the workspace's lock. First the certificate is written as an intent, then files and rows go and the database
    is rewritten, then the certificate is finished. It holds digests and counts, no names and no content.

    Raises:
        NotFound: there is no such case.

    """
    key = key_of(home)
    with recording(book, key, clock, actor) as pen:
        started = pen.tx.one("certificate", case=WORKSPACE, certificate=case)
        if started is None:
            if not pen.tx.count("case_", case=case):
                raise NotFound(f"there is no case {case}", target=case, hint="jumpkit case list")
            body = {**_account(pen.tx, case), "case": case, "by": actor, "key": key.fingerprint}
            started = {
                "case": WORKSPACE,
                "certificate": case,
                "body": to_json(body),
                "started": stamp(clock()),
                "finished": None,
            }
            append(pen, WORKSPACE, "case.purging", {"case": case})
            vouch(pen, WORKSPACE, "certificate", [started])
    if started["finished"] is None:
        started = _carried_out(home, book, key, started, clock, actor)
    return shown(started)


def finish_purges(home: Path, book: Book, clock: Clock, actor: str) -> list[dict[str, Any]]:
    """End the purges that were interrupted and return their certificates; call it whenever the lock was taken."""
    with book.read() as tx:
        waiting = tx.values("certificate", "certificate", finished=None)
    return [purge(home, book, case, clock, actor) for case in waiting]


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """Return a certificate's row as the object that people get."""
    return {
        "schema": "certificate/1",
        **from_json(row["body"]),
        "started": row["started"],
        "finished": row["finished"],
    }


def _account(tx: Tx, case: str) -> dict[str, Any]:
    """Return what is about to go: counts of rows, digests of bytes, and the head of the ledger."""
    expected = expected_of(tx, [case])
    sealed = {row["sha256"] for row in tx.rows("artifact", case=case, in_place=0)}
    kept = sealed & _held_elsewhere(tx, case)
    leaves = [leaf_hash(_bytes(row["line"])) for row in tx.rows("ledger", case=case)]
    signed = [_bytes(row["note"]).decode("utf-8", "replace") for row in tx.rows("checkpoint", case=case)]
    return {
        "rows": {table: tx.count(table, case=case) for table in VOUCHED},
        "ledger": {"size": len(leaves), "root": root(leaves).hex(), "checkpoint": signed[-1] if signed else None},
        "removed": {"artifacts": sorted(sealed - kept), "files": sorted(set(expected.files.values()))},
        "kept": {"artifacts": sorted(kept), "because": "another case holds them"} if kept else None,
        "left": {"artifacts": tx.count("artifact", case=case, in_place=1), "because": "they lie outside the workspace"},
    }


def _bytes(value: bytes | str) -> bytes:
    # Text where bytes belong is somebody's tampering, which must not keep a client's data here.
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")


def _held_elsewhere(tx: Tx, case: str) -> set[str]:
    return {row["sha256"] for row in tx.rows("artifact", in_place=0) if row["case"] != case}


def _carried_out(home: Path, book: Book, key: Key, started: dict[str, Any], clock: Clock, actor: str) -> dict[str, Any]:
    case = started["certificate"]
    with book.write() as tx:
        held = _held_elsewhere(tx, case)
        for sha256 in from_json(started["body"])["removed"]["artifacts"]:
            if sha256 not in held:
                (home / "shelf" / sha256[:2] / sha256).unlink(missing_ok=True)
        for folder in _FOLDERS:
            if (home / folder / case).is_dir():
                shutil.rmtree(home / folder / case)
        for table in (*VOUCHED, "ledger", "checkpoint"):
            tx.delete(table, case=case)
    book.scrub()
    with recording(book, key, clock, actor) as pen:
        done = {**started, "finished": stamp(clock())}
        append(pen, WORKSPACE, "case.purged", {"case": case, "certificate": shown(done)})
        vouch(pen, WORKSPACE, "certificate", [done])
    return done
