"""What differs between SQLite and PostgreSQL, in one place; nothing else in the book knows which it is."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, Insert, Table, create_engine, event, exc, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import NullPool, StaticPool

from jumpkit.kit import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy.dialects import postgresql

BUSY_WAIT = 20.0  # seconds that a second writer waits before it is refused
_LOCK_NUMBER = 0x6A6B_6974  # any fixed number: writers of one PostgreSQL book queue for it
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON")


def engine_for(home: Path, url: str | None, *, readonly: bool) -> Engine:
    """Return an engine on `url`, or on the workspace's own SQLite file; read-only leaves no file behind."""
    if url is not None and not url.startswith("sqlite"):
        return create_engine(url, poolclass=NullPool)
    path = home / "book.sqlite"

    def connect() -> sqlite3.Connection:
        return _connect_readonly(path) if readonly else _connect(path)

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "begin", _begin)
    return engine


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_WAIT, isolation_level=None, check_same_thread=False)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _connect_readonly(path: Path) -> sqlite3.Connection:
    # A read-only connection on a WAL database would create -wal and -shm files and leave them. Where no -wal lies
    # there, nothing is pending, and the file can be read as immutable; callers look afterwards whether it moved.
    pending = path.with_name(path.name + "-wal")
    mode = "mode=ro" if pending.exists() and pending.stat().st_size else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True, timeout=BUSY_WAIT, isolation_level=None)
    # Bytes that are no UTF-8 in a text column are somebody's tampering: read them, so that the row can be named.
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    return connection


def copied(engine: Engine) -> Engine:
    """Return an engine on a copy in memory, which can be migrated while the file stays as it is."""
    memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    with engine.connect().execution_options(bare=True) as connection:
        original = connection.connection.driver_connection
        if not isinstance(original, sqlite3.Connection):
            raise errors.Refused("a book on a server is not migrated by a reader", hint="open it for writing once")
        original.backup(memory)
    made = create_engine("sqlite://", creator=lambda: memory, poolclass=StaticPool)
    event.listen(made, "begin", _begin)
    return made


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("bare", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writing", False) else "BEGIN")


def take_write_lock(connection: Connection) -> None:
    """Queue behind another writer; SQLite did so when the transaction began."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK_NUMBER})


def upsert(connection: Connection, table: Table) -> Insert:
    """Return an insert that replaces the row of the same key."""
    statement = _insert(connection, table)
    keys = [column.name for column in table.primary_key]
    rest = {column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys}
    if not rest:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=rest)


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name != "postgresql":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - all its drivers come along, and few books are there

    return postgresql.insert(table)


def scrub(engine: Engine) -> None:
    """Rewrite the database so that deleted rows are gone from its files, not only from its tables."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT", bare=True) as connection, translated():
        connection.exec_driver_sql("VACUUM")
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def damage(connection: Connection, known: Iterable[str]) -> list[str]:
    """Return what SQLite itself says is broken, and tables, views and triggers that are not ours."""
    if connection.dialect.name != "sqlite":
        return []
    said = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
    ours = set(known)
    strangers: list[Any] = list(
        connection.exec_driver_sql("SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
    )
    return [line for line in said if line != "ok"] + [
        f"{kind} {name} is not of this book" for kind, name, _ in strangers if name not in ours
    ]


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into the tree's."""
    try:
        yield
    except exc.OperationalError as caught:
        raise _named(str(caught.orig)) from caught
    except exc.DatabaseError as caught:
        if isinstance(caught, (exc.IntegrityError, exc.ProgrammingError, exc.DataError)):
            raise
        raise errors.Tampered(
            f"the book cannot be read: {caught.orig}", target="book.sqlite", hint="restore it from a copy"
        ) from caught


def _named(said: str) -> errors.JumpkitError:
    if "locked" in said or "busy" in said:
        return errors.Busy(
            f"another writer held the book for more than {BUSY_WAIT:.0f} s",
            target="book.sqlite",
            hint="wait for the other command to end, then try again",
        )
    if "full" in said:
        return errors.NoSpace("no room is left for the book", target="book.sqlite", hint="free space, then try again")
    if "readonly" in said or "unable to open" in said:
        return errors.Refused(
            f"the book cannot be opened for this: {said}",
            target="book.sqlite",
            hint="check the rights on the workspace",
        )
    return errors.Tampered(f"the book cannot be read: {said}", target="book.sqlite", hint="restore it from a copy")
