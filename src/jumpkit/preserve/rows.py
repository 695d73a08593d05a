"""Writes rows of the book so that a ledger line vouches for each; not for the ledger's own rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from jumpkit.kit.digest import canonical
from jumpkit.kit.errors import Refused
from jumpkit.preserve.ledger import Pen, append_all
from jumpkit.store.book import VOUCHED, WORKSPACE
from jumpkit.store.book.columns import LONGEST_KEY

_A_LINE = 500  # rows that one ledger line vouches for

Row = Mapping[str, Any]


def row_digest(row: Row) -> str:
    """Return the SHA-256 of the row's canonical JSON without its nulls, so that a later column changes no digest."""
    return hashlib.sha256(_bytes(row)).hexdigest()


def _bytes(row: Row) -> bytes:
    present = {name: value for name, value in row.items() if value is not None}
    if bytes not in map(type, present.values()):  # msgspec would show them as if they were text
        with suppress(UnicodeEncodeError):
            # Three times as fast as canonical() and, for rows (text and whole numbers), the same bytes.
            return msgspec.json.encode(present, order="sorted")
    # Bytes where text belongs, or what is no UTF-8: somebody changed the row.
    return canonical({name: _plain(value) for name, value in present.items()})


def _plain(value: object) -> object:
    return {"bytes": value.hex()} if isinstance(value, bytes) else value


def vouch(pen: Pen, case: str, table: str, rows: Sequence[Row]) -> int:
    """Write rows (add, or replace whole) and vouch for them in the case's log; return how many were new or changed.

    Rows that lie there already exactly so are left alone and cost no line. Values are text, whole numbers or None;
    every row names its case. Tables: see `jumpkit.store.book.VOUCHED`.

    Raises:
        Refused: a row's name is longer than a key may be.

    """
    key = VOUCHED[table]
    if any(row["case"] != case for row in rows):
        raise ValueError(f"a row of {table} is of another case than {case}")
    fresh = [_clean(row) for row in rows]
    _check_keys(fresh, table, key)
    present = {row[key]: row_digest(row) for row in pen.tx.rows(table, case=case)}
    changed = [(row, digest) for row in fresh if present.get(row[key]) != (digest := row_digest(row))]
    pen.tx.upsert(table, [row for row, _ in changed])
    _enter(pen, case, table, [[row[key], digest] for row, digest in changed])
    return len(changed)


def _check_keys(rows: Sequence[Row], table: str, key: str) -> None:
    for row in rows:
        if len(row[key]) > LONGEST_KEY:
            what = f"a name of {len(row[key]):,} characters is too long for the book ({table})"
            raise Refused(what, target=row[key][:80], hint=f"the book holds names of up to {LONGEST_KEY}")


def retract(pen: Pen, case: str, table: str, ids: Sequence[str]) -> int:
    """Remove rows and say so in the case's log; return how many there were."""
    key = VOUCHED[table]
    gone = [name for name in ids if pen.tx.delete(table, **{"case": case, key: name})]
    _enter(pen, case, table, [[name, None] for name in gone])
    return len(gone)


def _enter(pen: Pen, case: str, table: str, pairs: Sequence[list[str | None]]) -> None:
    append_all(pen, case, [("rows", {"table": table, "rows": part}) for part in _parts(pairs)])


def _parts(pairs: Sequence[list[str | None]]) -> Iterator[Sequence[list[str | None]]]:
    for start in range(0, len(pairs), _A_LINE):
        yield pairs[start : start + _A_LINE]


def _clean(row: Row) -> Row:
    """Return the row as any database gives it back: flags as 0 and 1, lone surrogates escaped."""
    values = row.values()
    written = "".join(value for value in values if isinstance(value, str))
    if bool not in map(type, values) and written.isascii() and "\x00" not in written:
        return row  # as nearly every row is
    return {name: _kept(value) for name, value in row.items()}


def _kept(value: object) -> object:
    if isinstance(value, str):
        kept = value if value.isascii() else value.encode("utf-8", "backslashreplace").decode()
        return kept.replace("\x00", "\\x00")  # which PostgreSQL's texts cannot hold
    return int(value) if isinstance(value, bool) else value


def open_log(pen: Pen, row: Row) -> None:
    """Keep the row of a new case and begin its log; the workspace's own log notes it, so that no case can vanish."""
    case = row["case"]
    append_all(pen, WORKSPACE, [("case.open", {"case": case})])
    append_all(pen, case, [("case.open", {"title": row["title"], "severity": row["severity"]})])
    vouch(pen, case, "case_", [row])
