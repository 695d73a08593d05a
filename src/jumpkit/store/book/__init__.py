"""Cases, ledger lines and registers in SQL, on SQLite and PostgreSQL alike; not for events, which lie in the lake.

    book = open_book(home)                      makes, or migrates, what is missing
    with book.read() as tx: tx.rows("finding", case="C-2026-0001")
    with workspace_lock(home), book.write() as tx: …

Rows of vouched tables are written through `jumpkit.preserve`, in the transaction that `preserve.recording` opens.
"""

from jumpkit.store.book.book import Book, Tx, damage, open_book
from jumpkit.store.book.tables import VOUCHED, WORKSPACE
from jumpkit.store.book.workspace import find_home, make_home, workspace_lock

__all__ = ["VOUCHED", "WORKSPACE", "Book", "Tx", "damage", "find_home", "make_home", "open_book", "workspace_lock"]
