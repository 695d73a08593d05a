"""Brings a book made by an earlier version to the present tables; a new book is made at once."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from jumpkit.kit.errors import Refused
from jumpkit.store.book import tables

MIGRATIONS = Path(__file__).parent / "migrations"

# Alembic's own table, with Alembic's names, so that it can be written without importing Alembic (0.35 s).
VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def revisions() -> list[str]:
    """Return the revisions in order, read from the files' names: `r0001_first.py` is revision 0001."""
    return sorted(path.name[1:5] for path in (MIGRATIONS / "versions").glob("r[0-9]*_*.py"))


def present(connection: Connection) -> str | None:
    """Return the revision the book is at, None where it has no tables.

    Raises:
        Refused: a later version made the book.

    """
    if not inspect(connection).has_table(VERSION.name):
        return None
    found = connection.execute(select(VERSION.c.version_num)).scalar()
    known = revisions()
    if found not in known:
        raise Refused(
            f"the book is of revision {found}, this version knows up to {known[-1]}",
            target="book.sqlite",
            hint="use the version of jumpkit that wrote it, or a later one",
        )
    return str(found)


def bring_up(connection: Connection) -> None:
    """Make the tables, or run the migrations that are missing, within the transaction of `connection`."""
    at, head = present(connection), revisions()[-1]
    if at is None:
        tables.METADATA.create_all(connection)
        VERSION.create(connection)
        connection.execute(VERSION.insert().values(version_num=head))
    elif at != head:
        upgrade(connection)


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run Alembic's migrations up to `to` on `connection`, without a configuration file."""
    from alembic import command  # noqa: PLC0415 - costs 0.35 s, and is needed only here
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
