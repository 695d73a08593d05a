"""How columns of the book are made, and the one catalog that its tables stand in."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, MetaData, SmallInteger, String, Text

METADATA = MetaData()


def key(name: str) -> Column[str]:
    """Return a text column that is part of the table's key."""
    return Column(name, String(512), primary_key=True, nullable=False)


def text(name: str) -> Column[str]:
    """Return a column for text, null where nothing is known."""
    return Column(name, Text)


def count(name: str) -> Column[int]:
    """Return a column for whole numbers."""
    return Column(name, BigInteger)


def flag(name: str) -> Column[int]:
    """Return a column for 0 or 1, a plain integer: a boolean type would read a tampered 2 as true and so hide it."""
    return Column(name, SmallInteger)
