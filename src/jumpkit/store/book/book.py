"""Opens the book, and gives transactions in which it is read and written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Engine, MetaData, Table, and_, func, select

from jumpkit.kit.errors import NotFound
from jumpkit.store.book import dialect, migrate
from jumpkit.store.book.tables import METADATA, VOUCHED
from jumpkit.store.book.workspace import make_home, refuse_if_bereft

if TYPE_CHECKING:
    from pathlib import Path

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Tx:
    """One transaction: all of it is kept, or nothing. Tables are named by their names in `tables`."""

    connection: Connection
    catalog: MetaData = METADATA
    tails: dict[str, int] = field(default_factory=dict)  # log -> its next seq, known since no one else writes

    def insert(self, table: str, rows: Sequence[Row]) -> None:
        """Add rows; a row of a known key is an error. Columns that no row names are null."""
        if rows:
            self.connection.execute(self.catalog.tables[table].insert(), _filled(self.catalog.tables[table], rows))

    def upsert(self, table: str, rows: Sequence[Row]) -> None:
        """Add rows, and replace those of the same key whole."""
        if rows:
            self.connection.execute(
                dialect.upsert(self.connection, self.catalog.tables[table]), _filled(self.catalog.tables[table], rows)
            )

    def delete(self, table: str, **equal: object) -> int:
        """Remove the rows whose columns equal `equal`, and return how many there were."""
        chosen = self.catalog.tables[table]
        return self.connection.execute(chosen.delete().where(_same(chosen, equal))).rowcount

    def delete_before(self, table: str, column: str, moment: str) -> int:
        """Remove the rows whose moment lies before another, and return how many there were."""
        chosen = self.catalog.tables[table]
        return self.connection.execute(chosen.delete().where(chosen.c[column] < moment)).rowcount

    def rows(self, table: str, **equal: object) -> list[dict[str, Any]]:
        """Return rows as dicts by column, sorted by key."""
        chosen = self.catalog.tables[table]
        keys = [dialect.ordered(self.connection, column) for column in chosen.primary_key.columns]
        query = select(chosen).where(_same(chosen, equal)).order_by(*keys)
        return [dict(row) for row in self.connection.execute(query).mappings()]

    def one(self, table: str, **equal: object) -> dict[str, Any] | None:
        """Return the first of `rows`, or None."""
        found = self.rows(table, **equal)
        return found[0] if found else None

    def values(self, table: str, column: str, **equal: object) -> list[Any]:
        """Return the distinct values of one column, sorted."""
        chosen = self.catalog.tables[table]
        wanted = chosen.c[column]
        found = self.connection.execute(select(wanted).where(_same(chosen, equal)).distinct()).scalars()
        return sorted(found, key=_place)

    def count(self, table: str, **equal: object) -> int:
        """Return how many rows there are."""
        chosen = self.catalog.tables[table]
        query = select(func.count()).select_from(chosen).where(_same(chosen, equal))
        return self.connection.execute(query).scalar_one()

    def lines_from(self, log: str, seq: int) -> list[dict[str, Any]]:
        """Return the lines of a log from `seq` on."""
        table = METADATA.tables["ledger"]
        query = select(table).where(table.c.case == log, table.c.seq >= seq).order_by(table.c.seq)
        return [dict(row) for row in self.connection.execute(query).mappings()]

    def length(self, log: str) -> int:
        """Return how many lines a log has, which takes none."""
        return self.count("ledger", case=log)

    def next_seq(self, log: str) -> int:
        """Return the seq of the next line of `log`, and count it as taken."""
        if log not in self.tails:
            column = METADATA.tables["ledger"].c
            last = self.connection.execute(select(func.max(column.seq)).where(column.case == log)).scalar()
            self.tails[log] = 0 if last is None else int(last) + 1
        self.tails[log] += 1
        return self.tails[log] - 1


@dataclass(frozen=True, slots=True)
class Book:
    """The book of one workspace; each transaction has a connection of its own."""

    engine: Engine
    catalog: MetaData = METADATA

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """Begin a transaction that no other writer shares; kept when the block ends, undone when it raises.

        Raises:
            Busy: another writer did not end in time.

        """
        with dialect.translated(), self.engine.connect() as connection:
            writing = dialect.writing(connection)
            with writing.begin():
                dialect.take_write_lock(writing)
                yield Tx(writing, self.catalog)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """Begin a transaction that sees the book as it is now, whoever writes meanwhile."""
        with dialect.translated(), self.engine.connect() as connection, connection.begin() as transaction:
            yield Tx(connection, self.catalog)
            transaction.rollback()

    def close(self) -> None:
        """Let go of the connections that a standing book keeps."""
        self.engine.dispose()

    def scrub(self) -> None:
        """Make deleted rows unrecoverable from the database's files."""
        dialect.scrub(self.engine)


def open_book(home: Path, url: str | None = None, *, readonly: bool = False, standing: bool = False) -> Book:
    """Open the workspace's book, made or migrated first where needed; `readonly` changes no file and migrates nothing.

    A `standing` one is a server's: it keeps its connections, and many threads use it at once.

    Raises:
        NotFound: `readonly`, and there is no book, or nothing was ever entered into it.
        Tampered: the book is gone or empty, and what it vouched for lies beside it.
        Refused: a later version wrote the book.
        Busy: another writer did not end in time.

    """
    path = home / "book.sqlite"
    if readonly and url is None and not path.is_file():
        raise NotFound(f"there is no workspace in {home}", target=str(home), hint="name another --home")
    was_there = path.exists()
    if not readonly:
        _make_room(home, path, url)
    book = Book(dialect.engine_for(home, url, readonly=readonly, standing=standing))
    with book.read() as tx:
        at = migrate.present(tx.connection)
    if at == migrate.revisions()[-1]:
        return book
    if at is None and url is None and was_there:
        refuse_if_bereft(home, emptied=True)
    if readonly:
        if at is None:
            raise _blank(home, url)
        book = Book(dialect.copied(book.engine))
    with book.write() as tx:
        migrate.bring_up(tx.connection)
    return book


def _make_room(home: Path, path: Path, url: str | None) -> None:
    make_home(home)
    # A file that is there is left alone: to close it would let go of the locks by which this process holds it open
    # elsewhere, and another process would then throw away what is pending: https://sqlite.org/howtocorrupt.html.
    if url is None and not path.exists():
        refuse_if_bereft(home)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _blank(home: Path, url: str | None) -> NotFound:
    if url is not None:
        return NotFound("the book's server holds no book yet", target="book", hint="triage some logs first")
    return NotFound(f"nothing was ever entered in {home}", target=str(home), hint="triage some logs first")


def damage(tx: Tx) -> list[str]:
    """Return what the database itself says is broken, and tables, views and triggers that are not the book's."""
    return dialect.damage(tx.connection, [*METADATA.tables, migrate.VERSION.name])


def _place(value: object) -> tuple[int, object]:
    """Return a sort key over whatever a tampered column may hold: nulls, numbers, texts, bytes, as SQLite has them."""
    if value is None:
        return 0, 0
    return (1, value) if isinstance(value, int | float) else (2 + isinstance(value, bytes), value)


def key_of(table: str) -> str:
    """Return the column that, within a case, names a vouched row."""
    return VOUCHED[table]


def _same(table: Table, equal: Mapping[str, object]) -> ColumnElement[bool]:
    return and_(True, *(table.c[name] == value for name, value in equal.items()))  # noqa: FBT003 - SQL's own TRUE


def _filled(table: Table, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the rows with every column named, so that one statement serves all."""
    empty = dict.fromkeys(table.columns.keys())
    for row in rows:
        if not row.keys() <= empty.keys():
            raise KeyError(f"{table.name} has no column {sorted(row.keys() - empty.keys())}")
    return [{**empty, **row} for row in rows]
