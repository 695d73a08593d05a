"""Checks each cosignature that the book keeps against the checkpoint that it is of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.kit.errors import BadUsage
from jumpkit.preserve.cosign import seen_at, text_of, witness_of
from jumpkit.preserve.problem import Problem, Seen

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jumpkit.preserve.check_log import LogState
    from jumpkit.store.book import Tx


def check_cosigned(tx: Tx, states: Mapping[str, LogState]) -> tuple[list[Seen], list[Problem]]:
    """Return what witnesses saw of these logs, and each cosignature that does not hold."""
    seen: list[Seen] = []
    wrong: list[Problem] = []
    for log in states:
        notes = {row["size"]: row["note"] for row in tx.rows("checkpoint", case=log)}
        for row in tx.rows("cosignature", case=log):
            where = f"{log} size {row['size']} by {row['witness']}"
            note = notes.get(row["size"])
            try:
                by = witness_of(str(row["vkey"]))
            except BadUsage as caught:
                wrong.append(Problem("witness", where, "a verifier key", caught.message))
                continue
            at = seen_at(str(row["line"]), text_of(note), by) if isinstance(note, bytes) else None
            if at is None:
                wrong.append(Problem("witness", where, "a cosignature of this checkpoint", "none"))
            else:
                seen.append(Seen(log, int(row["size"]), by.name, at, by.fingerprint))
    return seen, wrong
