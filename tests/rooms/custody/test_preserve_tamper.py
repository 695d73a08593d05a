from __future__ import annotations

import os
import random
import shutil
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from jumpkit.kit.errors import Refused, Tampered
from jumpkit.preserve import append, key_of, recording
from jumpkit.store.book import VOUCHED, WORKSPACE, open_book
from jumpkit.store.book.tables import METADATA

from .conftest import Place, clock

if TYPE_CHECKING:
    from pathlib import Path

CHAOS = bool(os.environ.get("JUMPKIT_CHAOS"))
_EACH = {table.name: [column.name for column in table.columns] for table in METADATA.sorted_tables}
_CHANCE = random.Random(1)  # noqa: S311 - seeded, so that it repeats
ROWS = 6
# Every column of every table is many hundreds; every day two of each table are tried, and all under chaos.
COLUMNS = [
    (table, column)
    for table, columns in _EACH.items()
    for column in (columns if CHAOS else sorted(_CHANCE.sample(columns, min(2, len(columns)))))
]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("original") / "home"
    place = Place(home, open_book(home))
    place.fill("Keys of bob", [b"one", b"two"])
    place.fill("Another", [b"two", b"three"])
    gone = place.fill("Gone", [b"four"])
    from jumpkit.preserve import purge  # noqa: PLC0415 - so that a failing purge fails in its own tests

    purge(home, place.book, gone, clock, "tester")
    assert place.said() == []
    return home


@pytest.fixture
def copy(original: Path, tmp_path: Path) -> Place:
    home = tmp_path / "home"
    shutil.copytree(original, home)
    return Place(home, open_book(home))


def some(rows: list[Any]) -> list[Any]:
    """Return the first row, the last and a few between; under chaos, and of a short table, all."""
    if CHAOS or len(rows) <= ROWS:
        return rows
    return [rows[0], *random.Random(1).sample(rows[1:-1], ROWS - 2), rows[-1]]  # noqa: S311 - as above


def other(value: Any) -> list[Any]:
    """Return values that an intruder could put in place of this one."""
    if value is None:
        return ["x"]
    if isinstance(value, bytes):
        return [value[:-2] + bytes([value[-2] ^ 1]) + value[-1:], value + b" ", value.decode()]
    if isinstance(value, int):
        return [value + 1, 99.5, f"{value} "]
    return [value + " ", value.upper() if value.upper() != value else "x", b"\xff"]


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_any_changed_column_of_any_row_is_named(copy: Place, table: str, column: str) -> None:
    rows = copy.rows(f"SELECT rowid, [{column}] FROM {table}")  # noqa: S608 - names are the tables' own
    assert rows, "the workspace under test has no such row"
    for number, value in some(rows):
        for changed in other(value):
            if not set_to(copy, (table, column), number, changed):
                continue
            said = copy.said()
            assert any(kind in expected_kinds(table) for kind, _ in said), (value, changed, said)
            if table in VOUCHED and column != "case":
                assert any(where.startswith(f"{table} ") for _, where in said), (value, changed, said)
            assert set_to(copy, (table, column), number, value)
    assert copy.said() == []


def set_to(place: Place, at: tuple[str, str], number: int, value: object) -> bool:
    """Change one value; False where the database itself takes it for the same, or for another row's key."""
    table, column = at
    before = place.rows(f"SELECT [{column}] FROM {table} WHERE rowid = ?", number)  # noqa: S608 - as above
    try:
        place.sql(f"UPDATE {table} SET [{column}] = ? WHERE rowid = ?", value, number)  # noqa: S608 - as above
    except sqlite3.IntegrityError:
        return False
    after = place.rows(f"SELECT [{column}] FROM {table} WHERE rowid = ?", number)  # noqa: S608 - as above
    return before != after or after == [(value,)]


def expected_kinds(table: str) -> set[str]:
    return {"row"} if table in VOUCHED else {"ledger", "checkpoint", "case"}


@pytest.mark.parametrize("table", [table.name for table in METADATA.sorted_tables])
def test_any_row_taken_away_is_named(copy: Place, table: str) -> None:
    names = [column.name for column in METADATA.tables[table].columns]
    whole = copy.rows(f"SELECT [{'], ['.join(names)}], rowid FROM {table}")  # noqa: S608 - names are the tables' own
    for row in some(whole):
        copy.sql(f"DELETE FROM {table} WHERE rowid = ?", row[-1])  # noqa: S608 - as above
        assert any(kind in expected_kinds(table) for kind, _ in copy.said())
        marks = ", ".join("?" * len(row))
        copy.sql(f"INSERT INTO {table} ([{'], ['.join(names)}], rowid) VALUES ({marks})", *row)  # noqa: S608 - as above
    assert copy.said() == []


@pytest.mark.parametrize("table", sorted(VOUCHED))
def test_any_row_added_is_named(copy: Place, table: str) -> None:
    key = VOUCHED[table]
    names = ["case"] if key == "case" else ["case", key]
    case = copy.rows("SELECT min([case]) FROM case_")[0][0]
    values = ["made up"] if key == "case" else [case, "made up"]
    marks = ", ".join("?" * len(names))
    copy.sql(f"INSERT INTO {table} ([{'], ['.join(names)}]) VALUES ({marks})", *values)  # noqa: S608 - as above
    assert ("row", " ".join([table, *values])) in copy.said()


def rows_of(path: Path) -> list[str]:
    """Return the whole content; bytes between the rows belong to nobody."""
    connection = sqlite3.connect(path)
    content = list(connection.iterdump())
    connection.close()
    return content


def first_case(place: Place) -> str:
    return str(place.rows("SELECT min([case]) FROM case_")[0][0])


def test_two_lines_that_change_places_are_named(copy: Place) -> None:
    case = first_case(copy)
    copy.sql("UPDATE ledger SET seq = 1000 WHERE [case] = ? AND seq = 3", case)
    copy.sql("UPDATE ledger SET seq = 3 WHERE [case] = ? AND seq = 4", case)
    copy.sql("UPDATE ledger SET seq = 4 WHERE [case] = ? AND seq = 1000", case)
    assert {("ledger", f"{case} line 3"), ("ledger", f"{case} line 4")} <= set(copy.said())


@pytest.mark.parametrize("log", ["case", WORKSPACE])
def test_a_log_cut_short_is_named(copy: Place, log: str) -> None:
    case = first_case(copy) if log == "case" else log
    copy.sql("DELETE FROM ledger WHERE [case] = ? AND seq = (SELECT max(seq) FROM ledger WHERE [case] = ?)", case, case)
    assert any(kind == "ledger" and where.startswith(case) for kind, where in copy.said())


def test_a_log_cut_back_with_its_checkpoint_is_named(copy: Place) -> None:
    case = first_case(copy)
    copy.sql("DELETE FROM checkpoint WHERE [case] = ? AND size > 6", case)
    size = copy.rows("SELECT max(size) FROM checkpoint WHERE [case] = ?", case)[0][0]
    copy.sql("DELETE FROM ledger WHERE [case] = ? AND seq >= ?", case, size)
    assert any(kind == "row" for kind, _ in copy.said())


def test_a_line_added_without_a_checkpoint_is_named(copy: Place) -> None:
    case = first_case(copy)
    copy.sql(
        "INSERT INTO ledger SELECT [case], seq + 1, line, leaf FROM ledger WHERE [case] = ? ORDER BY seq DESC LIMIT 1",
        case,
    )
    said = copy.said()
    assert any(kind == "ledger" and "sealed" in str(where + "sealed") for kind, where in said)


def test_a_case_that_vanished_whole_is_named(copy: Place) -> None:
    case = first_case(copy)
    for table in METADATA.tables:
        copy.sql(f"DELETE FROM {table} WHERE [case] = ?", case)  # noqa: S608 - names are the tables' own
    assert ("case", case) in copy.said()


def test_strange_tables_views_and_triggers_are_named(copy: Place) -> None:
    copy.sql("CREATE TRIGGER quiet AFTER INSERT ON ledger BEGIN SELECT 1; END")
    copy.sql("CREATE VIEW seen AS SELECT 1")
    assert [each.found for each in copy.verify().problems] == [
        "trigger quiet is not of this book",
        "view seen is not of this book",
    ]


def test_a_book_of_broken_pages_is_a_problem_not_a_crash(copy: Place) -> None:
    path = copy.home / "book.sqlite"
    whole, before = path.read_bytes(), rows_of(path)
    for start in range(100, len(whole), len(whole) // 40):
        path.write_bytes(whole[:start] + b"\x5a" * 64 + whole[start + 64 :])
        assert not copy.verify().intact or rows_of(path) == before, start
    path.write_bytes(b"no database at all, however one looks at it" * 100)
    assert [kind for kind, _ in copy.said()] == ["book"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET line = line || ' ' WHERE seq = 1",
        "UPDATE ledger SET leaf = '00' WHERE seq = 1",
        "DELETE FROM ledger WHERE seq = 2",
        "UPDATE checkpoint SET note = CAST('x' AS BLOB)",
    ],
)
def test_a_rewritten_log_is_not_signed_again(copy: Place, statement: str) -> None:
    copy.sql(statement)
    before = copy.rows("SELECT count(*) FROM ledger")
    with (
        pytest.raises(Tampered, match="changed from outside"),
        recording(copy.book, key_of(copy.home), clock, "tester") as pen,
    ):
        append(pen, first_case(copy), "unmask", {"why": "test"})
    assert copy.rows("SELECT count(*) FROM ledger") == before


def test_a_log_is_not_carried_on_by_another_key(copy: Place) -> None:
    shutil.rmtree(copy.home / "keys")
    with (
        pytest.raises(Refused, match="another key than the one at hand"),
        recording(copy.book, key_of(copy.home), clock, "tester") as pen,
    ):
        append(pen, first_case(copy), "unmask", {"why": "test"})
