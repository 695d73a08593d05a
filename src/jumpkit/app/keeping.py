"""Writes what changes who may come in through the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jumpkit.preserve.ledger import append
from jumpkit.preserve.rows import vouch

if TYPE_CHECKING:
    from jumpkit.admit.change import Change
    from jumpkit.preserve.ledger import Pen


def keep(pen: Pen, case: str, made: Change) -> None:
    """Write a change: its line, and rows that are vouched for."""
    append(pen, case, made.kind, made.body)
    for table, rows in made.rows.items():
        vouch(pen, case, table, rows)
