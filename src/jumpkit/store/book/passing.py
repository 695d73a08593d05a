"""What passes at the desk and nothing rests on: sessions, failed attempts, answers to be given again, jobs.

It lies beside the book, in a file of its own or on the same server, so that whoever verifies the book meets none of it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Column, MetaData, String, Table, Text, inspect

from jumpkit.store.book import dialect
from jumpkit.store.book.book import Book

if TYPE_CHECKING:
    from pathlib import Path

FILE = "desk.sqlite"
PASSING = MetaData()
_VERSION = "desk_3"  # a table of that name; where it is missing all is made anew, and everybody comes in again


def _key(name: str) -> Column[str]:
    return Column(name, String(512), primary_key=True, nullable=False)


def _texts(names: str) -> list[Column[str]]:
    return [Column(name, Text) for name in names.split()]


session = Table(
    "session",
    PASSING,
    _key("session"),  # SHA-256 of the cookie
    *_texts("account csrf began seen expires ended"),
    Column("stepped", Text),  # when a second factor was last shown
    *_texts("address agent"),
)
attempt = Table(
    "attempt",
    PASSING,
    _key("what"),  # an account and an address, an address, or an account
    Column("failures", BigInteger),
    *_texts("since until"),
)
answer = Table(
    "answer",
    PASSING,
    _key("request"),  # as in the book
    *_texts("case body etag recorded"),
    Column("status", BigInteger),
)
job = Table(
    "job",
    PASSING,
    _key("job"),
    Column("pid", BigInteger),
    *_texts("case kind state progress recorded began ended author"),
    *_texts("about answer error"),  # JSON
)
used = Table("used", PASSING, _key("factor"), Column("last", BigInteger))  # last step of a phone's codes
version = Table(_VERSION, PASSING, _key("made"))


def open_passing(home: Path, url: str | None, *, standing: bool = True) -> Book:
    """Return what passes, made where it is missing or of another version."""
    if url is None and not (home / FILE).exists():  # to close one that is in use would let go of its locks
        os.close(os.open(home / FILE, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    found = Book(dialect.engine_for(home, url, readonly=False, standing=standing, file=FILE), PASSING)
    with found.write() as tx:
        if not inspect(tx.connection).has_table(_VERSION):
            PASSING.drop_all(tx.connection)
            PASSING.create_all(tx.connection)
    return found


def forget_case(home: Path, url: str | None, case: str) -> None:
    """Remove whatever is kept of a case for a while."""
    if url is None and not (home / FILE).is_file():
        return
    passing = open_passing(home, url, standing=False)
    with passing.write() as tx:
        tx.delete("answer", case=case)
        tx.delete("job", case=case)
    passing.scrub()
    passing.close()
