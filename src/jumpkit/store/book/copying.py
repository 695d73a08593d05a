"""Copies a whole book, wherever it lies, into one SQLite file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.store.book.book import Book, Row, open_book
from jumpkit.store.book.tables import METADATA, WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


def copy_book(book: Book, folder: Path) -> Path:
    """Write every row of `book`, as one moment has it, into a new book in `folder`, and return its file."""
    made = open_book(folder)
    with book.read() as source, made.write() as target:
        for table in METADATA.tables:
            target.insert(table, source.rows(table))
    made.scrub()
    made.engine.dispose()
    return folder / "book.sqlite"


def copy_cases(book: Book, folder: Path, cases: Sequence[str], left_out: Callable[[str, Row], bool]) -> int:
    """Write some cases, and what belongs to none, into a new book in `folder`; return how many rows were left out."""
    made, count = open_book(folder), 0
    with book.read() as source, made.write() as target:
        for table in METADATA.tables:
            for log in (WORKSPACE, *cases):
                rows = source.rows(table, case=log)
                kept = [row for row in rows if not left_out(table, row)]
                target.insert(table, kept)
                count += len(rows) - len(kept)
    made.scrub()
    made.engine.dispose()
    return count
