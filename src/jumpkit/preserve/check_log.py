"""Checks one log: its lines, their leaves, and every checkpoint over them; it writes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from jumpkit.kit.digest import sha256_hex
from jumpkit.kit.errors import Unreadable
from jumpkit.preserve import merkle, note
from jumpkit.preserve.origins import IMPORTED, ROTATED, Signer, signer_at, signers_of
from jumpkit.preserve.problem import Log, Problem

if TYPE_CHECKING:
    from jumpkit.store.book import Tx

Row = Mapping[str, Any]


@dataclass(slots=True)
class LogState:
    """What a log's lines say, and what is wrong with them."""

    log: str
    entries: list[Row] = field(default_factory=list)
    vouched: dict[tuple[str, str], str] = field(default_factory=dict)  # (table, id) -> digest of the row
    problems: list[Problem] = field(default_factory=list)
    head: Log | None = None
    signers: Sequence[Signer] = ()

    def bodies(self, kind: str) -> list[Row]:
        """Return the bodies of the entries of one kind, in order."""
        return [entry["body"] for entry in self.entries if entry.get("kind") == kind]

    def wrong(self, kind: str, where: str, expected: object = None, found: object = None) -> None:
        """Note a problem in this log."""
        said = [None if value is None else str(value) for value in (expected, found)]
        self.problems.append(Problem(kind, f"{self.log} {where}".strip(), *said))


def check_log(tx: Tx, log: str, workspace: str | None, public: bytes | None) -> LogState:
    """Return what the log says and each problem; `public` None means that no signature can be checked."""
    state = LogState(log)
    rows = tx.rows("ledger", case=log)
    leaves = [_check_line(state, row) for row in rows]
    _check_order(state, [row["seq"] for row in rows])
    state.signers = signers_of(tx, log, workspace, public)
    _check_checkpoints(state, tx.rows("checkpoint", case=log), leaves, state.signers)
    check_handovers(state)
    _fold(state)
    return state


def _check_order(state: LogState, numbers: Sequence[int]) -> None:
    expected = 0
    for number in numbers:
        if not isinstance(number, int):
            state.wrong("ledger", f"line {number}", "a whole number", "something else")
            continue
        if number != expected:
            gap = f"line {expected}" if number == expected + 1 else f"lines {expected} to {number - 1}"
            state.wrong("ledger", gap, "present", "missing")
        expected = number + 1


def _check_line(state: LogState, row: Row) -> bytes:
    """Return the leaf of the line's bytes as they are."""
    where, line = f"line {row['seq']}", row["line"]
    if not isinstance(line, bytes):
        state.wrong("ledger", where, "bytes", "text")
        line = str(line).encode("utf-8", "surrogateescape")
    leaf = merkle.leaf_hash(line)
    if leaf.hex() != row["leaf"]:
        state.wrong("ledger", where, f"leaf {row['leaf']}", f"leaf {leaf.hex()}")
    try:
        entry = json.loads(line)
    except ValueError:
        state.wrong("ledger", where, "a line of JSON", "bytes that are none")
        return leaf
    if not isinstance(entry, dict) or not isinstance(entry.get("body"), dict):
        state.wrong("ledger", where, "an entry", "other JSON")
        return leaf
    for name, value in (("seq", row["seq"]), ("case", state.log)):
        if entry.get(name) != value:
            state.wrong("ledger", where, f"{name} {value}", f"{name} {entry.get(name)}")
    state.entries.append(entry)
    return leaf


def _check_checkpoints(
    state: LogState, rows: Sequence[Row], leaves: Sequence[bytes], signers: Sequence[Signer]
) -> None:
    heads = merkle.roots_at(leaves, [row["size"] for row in rows])
    for row in rows:
        _check_checkpoint(state, row, heads.get(row["size"]), signer_at(signers, row["size"]))
    sizes = [row["size"] for row in rows if isinstance(row["size"], int)]
    last = max(sizes, default=0)
    if last < len(leaves):
        state.wrong("ledger", f"lines {last} to {len(leaves) - 1}", "sealed by a checkpoint", "not sealed")
    if not leaves and not rows:
        state.wrong("ledger", "", "lines", "none")
    kept = {row["size"]: row["note"] for row in rows}
    for body in state.bodies("checkpoint"):
        there = kept.get(body.get("size"))
        digest = sha256_hex(there) if isinstance(there, bytes) else "missing"
        if digest != body.get("sha256"):
            state.wrong("checkpoint", f"size {body.get('size')}", body.get("sha256"), digest)
    state.head = Log(state.log, len(leaves), merkle.root(leaves).hex())


def _check_checkpoint(state: LogState, row: Row, head: bytes | None, signer: Signer) -> None:
    where = f"size {row['size']}"
    try:
        stated = note.read(row["note"])
    except (Unreadable, TypeError, AttributeError):
        state.wrong("checkpoint", where, "a signed note", "bytes that are none")
        return
    origin = note.origin_of(signer.workspace or "unknown", state.log)
    for name, expected, found in (
        ("origin", origin, stated.origin),
        ("size", row["size"], stated.size),
        ("root", row["root"], stated.root.hex()),
    ):
        if expected != found:
            state.wrong("checkpoint", f"{where} {name}", expected, found)
    if head is None or head != stated.root:
        found = head.hex() if head else "fewer lines"
        state.wrong("ledger", f"lines 0 to {stated.size - 1}", f"root {stated.root.hex()}", found)
    if signer.public is None or not note.signed_by(stated, *signer.seals(row["size"])):
        state.wrong("checkpoint", where, "signed by the workspace's key", "not signed by it")


def check_handovers(state: LogState) -> None:
    """Hold each change of the key against the log's own line about it: its last before, or its first after."""
    lines = {entry.get("seq"): entry for entry in state.entries}
    for signer, later in pairwise(state.signers):
        size = signer.size or 0
        there = [lines.get(seq) for seq in (size - 2, size - 1)] if signer.how == ROTATED else [lines.get(size)]
        if signer.how == IMPORTED or any(_tells(each, signer, later) for each in there):
            continue
        state.wrong("key", f"line {size}", f"a line that says that the key was {signer.how}", "none")


def _tells(entry: Row | None, signer: Signer, later: Signer) -> bool:
    if entry is None or entry.get("kind") != f"key.{signer.how}":
        return False
    body = entry["body"]
    return (body.get("from"), body.get("to")) == (signer.fingerprint, later.fingerprint)


def _fold(state: LogState) -> None:
    """Gather what the log vouches for last, for each row of the book."""
    for body in state.bodies("rows"):
        table, pairs = body.get("table"), body.get("rows")
        if not isinstance(table, str) or not isinstance(pairs, list):
            continue  # the line's leaf or the root above it names this already
        for pair in pairs:
            match pair:
                case [str(name), None]:
                    state.vouched.pop((table, name), None)
                case [str(name), str(digest)]:
                    state.vouched[table, name] = digest
                case _:
                    pass  # as above
