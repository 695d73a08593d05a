"""Copies a whole book, wherever it lies, into one SQLite file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.store.book.book import Book, open_book
from jumpkit.store.book.tables import METADATA

if TYPE_CHECKING:
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
