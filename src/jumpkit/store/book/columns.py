"""How columns of the book are made, and the one catalog that its tables stand in."""

from __future__ import annotations

import hashlib

from sqlalchemy import BigInteger, Column, MetaData, SmallInteger, String, Text

METADATA = MetaData()
LONGEST_KEY = 512  # characters, on every database


def key(name: str) -> Column[str]:
    """Return a text column that is part of the table's key."""
    return Column(name, String(LONGEST_KEY), primary_key=True, nullable=False)


def bounded(name: str) -> str:
    """Return a name that fits a key: one that a log made longer is cut, and told apart by its digest.

    >>> bounded("short"), len(bounded("x" * 9000))
    ('short', 512)
    """
    if len(name) <= LONGEST_KEY:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{name[: LONGEST_KEY - len(digest) - 1]}\u2026{digest}"


def text(name: str) -> Column[str]:
    """Return a column for text, null where nothing is known."""
    return Column(name, Text)


def count(name: str) -> Column[int]:
    """Return a column for whole numbers."""
    return Column(name, BigInteger)


def flag(name: str) -> Column[int]:
    """Return a column for 0 or 1, a plain integer: a boolean type would read a tampered 2 as true and so hide it."""
    return Column(name, SmallInteger)
