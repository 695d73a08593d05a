"""Appends lines to a log of the book, in the transaction of what they record, and seals it with a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jumpkit import __version__
from jumpkit.kit.clock import Clock, stamp
from jumpkit.kit.digest import canonical, sha256_hex
from jumpkit.kit.errors import Tampered, Unreadable
from jumpkit.preserve import merkle, note
from jumpkit.preserve.origins import signer_at, signers_of

if TYPE_CHECKING:
    from jumpkit.preserve.keys import Key
    from jumpkit.store.book import Tx

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Pen:
    """Who writes, when, and in which transaction; the logs it wrote to are sealed when the transaction ends."""

    tx: Tx
    clock: Clock
    actor: str
    touched: set[str] = field(default_factory=set)


def append(pen: Pen, case: str, kind: str, body: Body) -> int:
    """Add one line to the case's log (or WORKSPACE's) and return its seq, counted from 0.

    Kinds are named for what happened: case.open, item.collected, item.rejected, item.skipped, record.rejected,
    rules.loaded, events.stored, findings.recorded, report.written, unmask, case.state, case.purged, …
    """
    return append_all(pen, case, [(kind, body)])


def append_all(pen: Pen, case: str, entries: Sequence[tuple[str, Body]]) -> int:
    """Add many lines at once and return the seq of the last, -1 where there were none."""
    at = stamp(pen.clock())
    rows: list[dict[str, object]] = []
    seq = -1
    for kind, body in entries:
        seq = pen.tx.next_seq(case)
        entry = {"actor": pen.actor, "at": at, "body": body, "case": case, "kind": kind, "seq": seq}
        line = line_of({**entry, "tool": f"jumpkit {__version__}"})
        rows.append({"case": case, "seq": seq, "line": line, "leaf": merkle.leaf_hash(line).hex()})
    pen.tx.insert("ledger", rows)
    pen.touched.add(case)
    return seq


def line_of(entry: Body) -> bytes:
    """Return the entry as one line of canonical JSON; what is no character is escaped, so that it stays UTF-8."""
    data = canonical(entry)
    return data.decode("utf-8", "surrogatepass").encode("utf-8", "backslashreplace")


def seal(pen: Pen, case: str, key: Key, successor: Key | None = None) -> note.Checkpoint:
    """Sign what the log holds now, after checking that it still holds what was signed before.

    The line `checkpoint` that this adds names the checkpoint before, so that none can be taken away unseen. A
    `successor` is the key that signs from now on; it signs this one too.

    Raises:
        Tampered: the log was rewritten or cut, or another key signed it.

    """
    last = last_checkpoint(pen.tx, case)
    rows = pen.tx.rows("ledger", case=case)
    if last is not None and last.size == len(rows):
        _check_unchanged(pen.tx, case, rows, last, key)
        return last
    if last is not None:
        body = {"size": last.size, "root": last.root.hex(), "sha256": sha256_hex(last.note)}
        append(pen, case, "checkpoint", body)
        rows += pen.tx.rows("ledger", case=case, seq=len(rows))
    leaves = _check_unchanged(pen.tx, case, rows, last, key)
    keys = (key,) if successor is None else (key, successor)
    made = note.sign(note.origin_of(workspace_id(pen.tx), case), len(leaves), merkle.root(leaves), *keys)
    pen.tx.insert("checkpoint", [{"case": case, "size": made.size, "root": made.root.hex(), "note": made.note}])
    return made


def last_checkpoint(tx: Tx, case: str) -> note.Checkpoint | None:
    """Return the newest checkpoint of the log, None before its first.

    Raises:
        Tampered: its bytes are no checkpoint.

    """
    rows = tx.rows("checkpoint", case=case)
    if not rows:
        return None
    try:
        return note.read(rows[-1]["note"])
    except (Unreadable, TypeError) as caught:
        raise _rewritten(case, "its last checkpoint cannot be read") from caught


def workspace_id(tx: Tx) -> str:
    """Return the id that the workspace got when it was made.

    Raises:
        Tampered: there is none, or more than one.

    """
    found = tx.values("workspace", "workspace")
    if len(found) != 1:
        raise Tampered(f"the book names {len(found)} workspaces", target="book.sqlite", hint="jumpkit verify")
    return str(found[0])


def _check_unchanged(
    tx: Tx, case: str, rows: Sequence[Mapping[str, Any]], last: note.Checkpoint | None, key: Key
) -> list[bytes]:
    """Return the leaves of the lines as they are now, if they still add to the last checkpoint."""
    if any(row["seq"] != index for index, row in enumerate(rows)):
        raise _rewritten(case, "lines are missing")
    if any(not isinstance(row["line"], bytes) for row in rows):
        raise _rewritten(case, "a line is no longer bytes")
    leaves = [merkle.leaf_hash(row["line"]) for row in rows]
    if any(leaf.hex() != row["leaf"] for leaf, row in zip(leaves, rows, strict=True)):
        raise _rewritten(case, "a line was changed")
    if last is None:
        return leaves
    signer = signer_at(signers_of(tx, case, None, key.public), last.size)
    if not note.signed_by(last, *signer.seals(last.size)):
        raise _rewritten(case, "its last checkpoint was not signed by this workspace's key")
    if last.size > len(leaves) or merkle.root(leaves[: last.size]) != last.root:
        raise _rewritten(case, "it no longer holds what the last checkpoint signed")
    return leaves


def _rewritten(case: str, why: str) -> Tampered:
    return Tampered(
        f"the ledger of {case} was changed from outside: {why}; nothing was written",
        target=case,
        hint=f"jumpkit verify {case} names what changed; go on from a copy that is whole",
    )
