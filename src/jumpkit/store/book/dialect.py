"""What differs between SQLite and PostgreSQL, in one place; nothing else in the book knows which it is."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Engine, Insert, String, Table, create_engine, event, exc, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.pool import NullPool, QueuePool, StaticPool

from jumpkit.kit import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy.dialects import postgresql

FILE = "book.sqlite"
BUSY_WAIT = 20.0  # seconds that a second writer waits before it is refused
STANDING_WAIT = 5.0  # the same for a server, whose client can ask again
_LOCK_NUMBER = 0x6A6B_6974  # any fixed number: writers of one PostgreSQL book queue for it
_LOCK_TIMEOUT = "55P03"
_REFUSALS = ("28", "3D", "53")  # classes of SQLSTATE: who asks, which database, room
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON")


def engine_for(home: Path, url: str | None, *, readonly: bool, standing: bool = False, file: str = FILE) -> Engine:
    """Return an engine on `url`, or on the workspace's own SQLite file; read-only leaves no file behind.

    A standing one keeps its connections for the next transaction, and waits less long for other writers.
    """
    if url is not None and not url.startswith("sqlite"):
        return _server(url, standing=standing)
    path = home / file

    def connect() -> sqlite3.Connection:
        return _connect_readonly(path) if readonly else _connect(path, STANDING_WAIT if standing else BUSY_WAIT)

    engine = create_engine("sqlite://", creator=connect, **_pool(standing=standing))
    event.listen(engine, "begin", _begin)
    return engine


def _pool(*, standing: bool) -> dict[str, Any]:
    if standing:
        return {"poolclass": QueuePool, "pool_size": 8, "max_overflow": 56, "pool_timeout": BUSY_WAIT}
    return {"poolclass": NullPool}


def _server(url: str, *, standing: bool = False) -> Engine:
    """Return an engine on a PostgreSQL server; transactions that only read see one moment from first to last."""
    scheme, _, rest = url.partition("://")
    if scheme not in {"postgresql", "postgres", "postgresql+pg8000"}:
        raise errors.BadUsage(f"{scheme} is no database that a book can lie in", target="book", hint="postgresql://…")
    pool = _pool(standing=standing) | ({"pool_pre_ping": True} if standing else {})
    try:
        engine = create_engine(f"postgresql+pg8000://{rest}", isolation_level="REPEATABLE READ", **pool)
    except ModuleNotFoundError as caught:
        hint = "pip install 'jumpkit[postgresql]'"
        raise errors.MissingExtra("the driver for PostgreSQL is not installed", target="book", hint=hint) from caught
    except exc.ArgumentError as caught:
        raise errors.BadUsage("the book's address is no URL", target="book", hint="postgresql://…") from caught
    return engine


def writing(connection: Connection) -> Connection:
    """Return the connection set up to write; on a server it sees what others committed while it queued."""
    if connection.dialect.name == "postgresql":
        return connection.execution_options(writing=True, isolation_level="READ COMMITTED")
    return connection.execution_options(writing=True)


def ordered(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the column as both databases sort it: texts by their code points, whatever the server's language."""
    if connection.dialect.name == "postgresql" and isinstance(column.type, String):
        return column.collate("C")
    return column


def _connect(path: Path, wait: float) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=False)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _connect_readonly(path: Path) -> sqlite3.Connection:
    # A read-only connection on a WAL database would create -wal and -shm files and leave them. Where no -wal lies
    # there, nothing is pending, and the file can be read as immutable; callers look afterwards whether it moved.
    pending = path.with_name(path.name + "-wal")
    mode = "mode=ro" if _size(pending) else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?{mode}", uri=True, timeout=BUSY_WAIT, isolation_level=None)
    # Bytes that are no UTF-8 in a text column are somebody's tampering: read them, so that the row can be named.
    connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
    return connection


def _size(path: Path) -> int:
    """Return a file's size, 0 where there is none: the last writer may take it away while we look."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


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
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{BUSY_WAIT:.0f}s'")
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
        # PostgreSQL's plain VACUUM leaves the bytes of deleted rows in the pages.
        connection.exec_driver_sql("VACUUM FULL" if connection.dialect.name == "postgresql" else "VACUUM")
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
    except exc.InterfaceError as caught:
        raise errors.Unreachable(
            f"the book's server does not answer: {caught.orig}", target="book", hint="start it, or mend the address"
        ) from caught
    except exc.DatabaseError as caught:
        if (said := _of_server(caught)) is not None:
            raise said from caught
        if isinstance(caught, (exc.IntegrityError, exc.ProgrammingError, exc.DataError)):
            raise
        raise errors.Tampered(
            f"the book cannot be read: {caught.orig}", target="book.sqlite", hint="restore it from a copy"
        ) from caught


def _of_server(caught: exc.DatabaseError) -> errors.JumpkitError | None:
    """Return what PostgreSQL said, None where it was another database or a fault of ours."""
    told = caught.orig.args[0] if caught.orig and caught.orig.args else None
    if not isinstance(told, dict) or "C" not in told:
        return None
    code, message = str(told["C"]), str(told.get("M"))
    if code == _LOCK_TIMEOUT:
        return _named("locked")
    if code[:2] in _REFUSALS:
        return errors.Refused(f"the book's server refuses: {message}", target="book", hint="check user and rights")
    return None


def _named(said: str) -> errors.JumpkitError:
    if "locked" in said or "busy" in said:
        return errors.Busy(
            "another writer held the book all the while",
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
