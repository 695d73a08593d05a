"""A book that a server holds open may be opened again beside it, and others come and go: nothing pending is lost."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from jumpkit.store.book import open_book
from jumpkit.store.book.passing import open_passing

if TYPE_CHECKING:
    from pathlib import Path

COMES_AND_GOES = """
import sys
from pathlib import Path
from jumpkit.store.book import open_book
from jumpkit.store.book.passing import open_passing
home = Path(sys.argv[1])
for book in (open_book(home), open_passing(home, None)):
    with book.write() as tx:
        tx.connection.exec_driver_sql("CREATE TABLE passed_by (a)")
    book.close()
"""


def test_what_others_close_does_not_take_what_is_pending(tmp_path: Path) -> None:
    home = tmp_path / "home"
    held = [open_book(home, standing=True), open_passing(home, None)]
    for book in held:
        with book.write() as tx:
            tx.connection.exec_driver_sql("CREATE TABLE pending (a)")
    open_book(home)
    open_passing(home, None)
    subprocess.run([sys.executable, "-c", COMES_AND_GOES, str(home)], check=True)
    for book, name in zip(held, ("book", "desk"), strict=True):
        assert (home / f"{name}.sqlite-wal").exists()
        with book.write() as tx:
            tx.connection.exec_driver_sql("INSERT INTO passed_by VALUES (1)")
            assert tx.connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        book.close()
