"""Checks that each row of the book is the one its ledger last vouched for; it writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.preserve.problem import Problem
from jumpkit.preserve.rows import row_digest
from jumpkit.store.book import VOUCHED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from jumpkit.preserve.check_log import LogState
    from jumpkit.store.book import Tx


def check_rows(tx: Tx, states: Mapping[str, LogState], *, whole: bool, spared: Sequence[str] = ()) -> Iterator[Problem]:
    """Yield rows missing, changed, or vouched for by nobody; `whole` looks at rows of all cases but `spared`."""
    for table, key in VOUCHED.items():
        expected = {
            (log, name): digest
            for log, state in states.items()
            for (of, name), digest in state.vouched.items()
            if of == table
        }
        scopes = [{}] if whole else [{"case": log} for log in states]
        for row in (row for scope in scopes for row in tx.rows(table, **scope)):
            where = f"{table} {row['case']} {row[key]}" if key != "case" else f"{table} {row['case']}"
            if row["case"] in spared:
                continue
            digest, found = expected.pop((row["case"], row[key]), None), row_digest(row)
            if digest is None:
                yield Problem("row", where, None, found)
            elif digest != found:
                yield Problem("row", where, digest, found)
        for (log, name), digest in expected.items():
            yield Problem("row", f"{table} {log} {name}" if key != "case" else f"{table} {log}", digest, "missing")
