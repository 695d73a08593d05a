from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from jumpkit.kit.digest import canonical, sha256_hex
from jumpkit.kit.errors import Busy, NotFound, Refused, Tampered
from jumpkit.preserve import append, key_of, recording, row_digest, verify, vouch
from jumpkit.store.book import dialect, migrate, open_book, workspace_lock
from jumpkit.store.book.tables import METADATA

from .conftest import Place, clock

if TYPE_CHECKING:
    from pathlib import Path


def shape(place: Place) -> dict[str, list[tuple[object, ...]]]:
    with place.book.read() as tx:
        found = inspect(tx.connection)
        return {
            table: [(c["name"], str(c["type"]), c["nullable"], c["primary_key"]) for c in found.get_columns(table)]
            for table in found.get_table_names()
        }


def test_migrations_make_the_tables_that_a_new_book_gets(place: Place, tmp_path: Path) -> None:
    grown = Place(tmp_path / "grown", open_book(tmp_path / "grown"))
    with grown.book.write() as tx:
        METADATA.drop_all(tx.connection)
        migrate.VERSION.drop(tx.connection)
        migrate.upgrade(tx.connection)
    assert shape(grown) == shape(place)
    assert place.rows("SELECT version_num FROM alembic_version") == [(migrate.revisions()[-1],)]
    assert grown.rows("SELECT version_num FROM alembic_version") == [(migrate.revisions()[-1],)]


LATER = '''"""A column that a later release adds."""
import sqlalchemy as sa
from alembic import op
revision = "9999"
down_revision = "{}"
def upgrade():
    op.add_column("finding", sa.Column("later", sa.Text))
'''


def test_a_book_of_an_earlier_version_opens_and_stays_verifiable(
    filled: tuple[Place, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, _ = filled
    later = tmp_path / "migrations"
    shutil.copytree(migrate.MIGRATIONS, later)
    (later / "versions" / "r9999_later.py").write_text(LATER.format(migrate.revisions()[-1]))
    monkeypatch.setattr(migrate, "MIGRATIONS", later)

    before = (place.home / "book.sqlite").read_bytes()
    assert verify(place.home).intact
    assert (place.home / "book.sqlite").read_bytes() == before
    open_book(place.home)
    assert place.rows("SELECT version_num FROM alembic_version") == [("9999",)]
    assert place.rows("SELECT later FROM finding") == [(None,), (None,)]
    assert verify(place.home).intact

    monkeypatch.undo()
    with pytest.raises(Refused, match="9999"):
        open_book(place.home)


def test_opening_loads_neither_alembic_nor_the_orm(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from jumpkit.store.book import open_book; open_book(Path(sys.argv[1]));"
        "sys.exit(any(name in sys.modules for name in ('alembic', 'sqlalchemy.orm')))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "home")], check=False)
    assert done.returncode == 0


def test_the_workspace_is_its_owners_only(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        place = Place(tmp_path / "home", open_book(tmp_path / "home"))
        with workspace_lock(place.home):
            place.fill("Keys", [b"x"])
    finally:
        os.umask(old)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (place.home, *place.home.iterdir())}
    assert modes["home"] == modes["keys"] == 0o700
    assert modes["book.sqlite"] == modes["workspace.lock"] == 0o600


def test_a_transaction_is_kept_whole_or_not_at_all(place: Place) -> None:
    def broken_off() -> None:
        with place.book.write() as tx:
            tx.insert("case_", [{"case": "C-1"}])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken_off()
    with place.book.write() as tx:
        assert tx.count("case_") == 0
        tx.insert("case_", [{"case": "C-1", "title": "one"}, {"case": "C-2"}])
        tx.upsert("case_", [{"case": "C-1", "severity": "low"}])
    with place.book.read() as tx:
        assert tx.values("case_", "case") == ["C-1", "C-2"]
        assert tx.one("case_", case="C-1") == {
            **dict.fromkeys(METADATA.tables["case_"].columns.keys()),
            "case": "C-1",
            "severity": "low",
        }
        assert tx.one("case_", case="C-3") is None
        assert tx.rows("case_", title=None) == tx.rows("case_")
    with place.book.write() as tx:
        assert (tx.delete("case_", case="C-1"), tx.delete("case_", case="C-1")) == (1, 0)
        with pytest.raises(KeyError, match="no column"):
            tx.insert("case_", [{"case": "C-9", "colour": "red"}])


def test_a_row_is_vouched_for_once_and_again_only_when_it_changed(place: Place) -> None:
    rows = [{"case": "C-1", "principal": f"p{number}", "body": f"{{{number}}}"} for number in range(1200)]
    key = key_of(place.home)
    with recording(place.book, key, clock, "tester") as pen:
        assert vouch(pen, "C-1", "principal", rows) == 1200
    size = place.rows("SELECT count(*) FROM ledger WHERE [case] = 'C-1'")[0][0]
    with recording(place.book, key, clock, "tester") as pen:
        assert vouch(pen, "C-1", "principal", rows) == 0
    assert place.rows("SELECT count(*) FROM ledger WHERE [case] = 'C-1'")[0][0] == size == 3
    with recording(place.book, key, clock, "tester") as pen:
        assert vouch(pen, "C-1", "principal", [{**rows[7], "body": "\ud800 \u00e9"}]) == 1
    assert place.rows("SELECT body FROM principal WHERE principal = 'p7'") == [("\\ud800 \u00e9",)]


def test_a_flag_and_its_number_have_one_digest(place: Place) -> None:
    row = {"case": "C-1", "rule": "r", "live": True}
    with recording(place.book, key_of(place.home), clock, "tester") as pen:
        vouch(pen, "C-1", "rule_applied", [row])
        assert row_digest(pen.tx.rows("rule_applied")[0]) == row_digest({**row, "live": 1})
        assert vouch(pen, "C-1", "rule_applied", [row]) == 0


def test_bytes_that_stand_for_a_text_have_another_digest() -> None:
    assert row_digest({"case": "C-1", "title": "YWJj"}) != row_digest({"case": "C-1", "title": b"abc"})


PLAIN = st.none() | st.text() | st.integers(-(2**63), 2**63 - 1)


@given(st.dictionaries(st.sampled_from(list(METADATA.tables["finding"].columns.keys())), PLAIN))
def test_a_rows_digest_is_that_of_its_canonical_json(row: dict[str, object]) -> None:
    present = {name: value for name, value in row.items() if value is not None}
    assert row_digest(row) == sha256_hex(canonical(present))


def test_a_row_of_another_case_is_no_mistake_to_overlook(place: Place) -> None:
    with recording(place.book, key_of(place.home), clock, "tester") as pen, pytest.raises(ValueError, match="C-1"):
        vouch(pen, "C-1", "principal", [{"case": "C-2", "principal": "p"}])


def test_a_line_that_holds_no_characters_stays_text(place: Place) -> None:
    with recording(place.book, key_of(place.home), clock, "tester") as pen:
        append(pen, "C-1", "item.rejected", {"path": "a\udcffb\n\u00e9"})
    [(line,)] = place.rows("SELECT line FROM ledger WHERE [case] = 'C-1'")
    assert b'"path":"a\\udcffb\\n\xc3\xa9"' in line
    assert b"\n" not in line


WRITER = """
import sys, time
from pathlib import Path
from jumpkit.kit.clock import system_clock
from jumpkit.kit.digest import canonical, sha256_hex
from jumpkit.preserve import append, key_of, recording, vouch
from jumpkit.store.book import open_book, workspace_lock
home, case, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with workspace_lock(home):
    key = key_of(home)
book = open_book(home)
for number in range(count):
    with recording(book, key, system_clock, "writer") as pen:
        append(pen, case, "test", {"number": number})
        rows = [{"case": case, "principal": f"{number}-{i}", "body": "x" * 200} for i in range(50)]
        vouch(pen, case, "principal", rows)
    print(number, flush=True)
"""


def writer(home: Path, case: str, count: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", WRITER, str(home), case, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def test_two_writers_wait_for_each_other(place: Place) -> None:
    both = [writer(place.home, case, 8) for case in ("C-1", "C-1", "C-2")]
    assert [process.wait(60) for process in both] == [0, 0, 0]
    for log, turns in (("C-1", 16), ("C-2", 8)):
        kinds = [json.loads(line)["kind"] for (line,) in place.rows("SELECT line FROM ledger WHERE [case] = ?", log)]
        assert (kinds.count("test"), kinds.count("checkpoint")) == (turns, turns - 1)
    assert {kind for kind, _ in place.said()} == {"case"}  # these logs were written without a case being opened


def test_kill_in_the_middle_leaves_a_consistent_book(filled: tuple[Place, str]) -> None:
    place, case = filled
    for steps in (1, 3, 6):
        process = writer(place.home, case, 100_000)
        assert process.stdout is not None
        for _ in range(steps):
            process.stdout.readline()
        time.sleep(0.003 * steps)  # somewhere within the next transaction
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        process.stdout.close()
        assert place.said() == []
        with recording(place.book, key_of(place.home), clock, "tester") as pen:
            append(pen, case, "test", {"after": steps})


def test_a_second_writer_is_refused_by_name(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialect, "BUSY_WAIT", 0.05)
    with place.book.write(), pytest.raises(Busy, match="another writer"), place.book.write():
        pass
    mine = f"process {os.getpid()}"
    with workspace_lock(place.home), pytest.raises(Busy, match=mine), workspace_lock(place.home, 0.1):
        pass
    with workspace_lock(place.home, 0.1), place.book.write() as tx:
        assert tx.count("case_") == 0


def test_readers_do_not_wait_for_a_writer(filled: tuple[Place, str]) -> None:
    place, case = filled
    with place.book.write() as writing:
        writing.delete("case_", case=case)
        with place.book.read() as tx:
            assert tx.count("case_", case=case) == 1
        with open_book(place.home, readonly=True).read() as tx:
            assert tx.count("case_", case=case) == 1


def test_a_reader_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        open_book(tmp_path / "home", readonly=True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_book_is_named(tmp_path: Path) -> None:
    (tmp_path / "book.sqlite").write_bytes(b"something else entirely, and more of it" * 40)
    with pytest.raises(Tampered, match="cannot be read"):
        open_book(tmp_path)


def test_the_tables_can_be_made_on_postgresql() -> None:
    for table in METADATA.sorted_tables:
        said = str(CreateTable(table).compile(dialect=postgresql.dialect()))
        assert "BLOB" not in said
        assert 'PRIMARY KEY ("case"' in said
