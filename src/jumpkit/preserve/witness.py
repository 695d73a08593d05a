"""Holds a log against checkpoints that were kept elsewhere: whoever has the key can rebuild a log, but not those."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.kit.errors import NotFound, Unreadable
from jumpkit.preserve import merkle, note
from jumpkit.preserve.ledger import last_checkpoint
from jumpkit.preserve.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from jumpkit.preserve.note import Checkpoint
    from jumpkit.store.book import Tx


def kept(path: Path) -> Checkpoint:
    """Return a checkpoint that was kept in a file.

    Raises:
        Unreadable: the file holds none.

    """
    try:
        return note.read(path.read_bytes())
    except (OSError, Unreadable) as caught:
        hint = "jumpkit checkpoint CASE -o FILE writes one"
        raise Unreadable("the file holds no checkpoint", target=str(path), hint=hint) from caught


def newest(tx: Tx, log: str) -> Checkpoint:
    """Return the newest checkpoint of a log, to be kept elsewhere.

    Raises:
        NotFound: the log has none.

    """
    found = last_checkpoint(tx, log)
    if found is None:
        raise NotFound("there is no checkpoint yet", target=log, hint="jumpkit triage PATH")
    return found


def lines_of(tx: Tx, log: str) -> list[bytes]:
    """Return the lines of a log as they are now."""
    return [row["line"] for row in tx.rows("ledger", case=log) if isinstance(row["line"], bytes)]


def against(logs: Mapping[str, Sequence[bytes]], witnessed: Sequence[Checkpoint]) -> list[Problem]:
    """Return where a log, by its origin, no longer begins with what a checkpoint stated."""
    found = []
    for each in witnessed:
        lines = logs.get(each.origin)
        where = f"{each.origin} at {each.size} lines"
        if lines is None:
            found.append(Problem("witness", where, "a log of this name", "none"))
            continue
        head = merkle.roots_at((merkle.leaf_hash(line) for line in lines), [each.size]).get(each.size)
        if head != each.root:
            seen = head.hex() if head else f"only {len(lines)} lines"
            found.append(Problem("witness", where, each.root.hex(), seen))
    return found
