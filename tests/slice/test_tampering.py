"""What was changed behind the product's back is named; what was not, is not; and looking changes nothing."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from command.run import Json, assert_intact, copied, entries, jumpkit, listing, problems, report, triage

from jumpkit.preserve.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

UNVOUCHED = ("keys/", "cache/", "config.toml", "workspace.lock", "book.sqlite")


def vouched(home: Path) -> list[str]:
    names = [path.relative_to(home).as_posix() for path in sorted(home.rglob("*")) if path.is_file()]
    return [name for name in names if not name.startswith(UNVOUCHED)]


def flip(path: Path, at: int) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    mode = path.stat().st_mode
    path.chmod(0o600)
    path.write_bytes(data)
    path.chmod(mode)


def by_hand(home: Path, sql: str, *values: object) -> None:
    book = sqlite3.connect(home / "book.sqlite")
    with book:
        assert book.execute(sql, values).rowcount >= 1
    book.close()


def test_an_untouched_workspace_is_intact_and_stays_as_it_was(invictus: tuple[Path, Json]) -> None:
    home, answer = invictus
    before = listing(home)
    body = assert_intact(home)
    assert_intact(home, answer["case"])
    assert listing(home) == before
    assert body["checked"]["artifacts"] == 55
    assert body["checked"]["entries"] >= answer["ledger"]["size"]
    assert body["checked"]["files"] == len([name for name in vouched(home) if not name.startswith("shelf/")])
    assert body["key"] == {"fingerprint": answer["ledger"]["key"], "pinned": False}
    assert assert_intact(home, "--key", answer["ledger"]["key"])["key"]["pinned"] is True


def test_one_flipped_byte_in_any_file_is_named(workspace: Path) -> None:
    names = vouched(workspace)
    assert {name.split("/")[0] for name in names} == {"shelf", "lake", "reports"}
    for number, name in enumerate(names):
        path = workspace / name
        place = (number * 7919) % path.stat().st_size  # somewhere else in each file
        flip(path, place)
        found = verify(workspace)
        assert not found.intact, name
        assert any(name.split("/")[-1] in problem.where for problem in found.problems), (name, found.problems)
        flip(path, place)
    assert verify(workspace).intact


@pytest.mark.parametrize("folder", ["shelf", "lake", "reports"])
def test_the_command_names_a_flipped_byte(workspace: Path, folder: str) -> None:
    name = next(name for name in vouched(workspace) if name.startswith(folder))
    flip(workspace / name, 100)
    assert any(name.split("/")[-1] in where for _, where in problems(workspace))
    told = jumpkit(workspace, "verify", code=1).out
    assert "NOT intact" in told
    assert name.split("/")[-1] in told


@pytest.mark.parametrize("folder", ["shelf", "lake", "reports"])
def test_a_file_that_is_gone_is_named(workspace: Path, folder: str) -> None:
    name = next(name for name in vouched(workspace) if name.startswith(folder))
    (workspace / name).unlink()
    assert any(name.split("/")[-1] in where for _, where in problems(workspace))


@pytest.mark.parametrize("name", ["evil.txt", "shelf/evil", "lake/C-2026-0001/hits/evil.parquet.bak"])
def test_a_file_that_nobody_wrote_is_named(workspace: Path, name: str) -> None:
    (workspace / name).write_bytes(b"planted")
    assert any(name in where for _, where in problems(workspace))


CHANGES = {
    "ledger": ("UPDATE ledger SET line = CAST(replace(line, 'item.collected', 'item.Collected') AS BLOB)", "ledger"),
    "a line without its leaf": ("DELETE FROM ledger WHERE seq = 7", "ledger"),
    "last line": ("DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)", "ledger"),
    "two lines change places": ("UPDATE ledger SET seq = CASE seq WHEN 9 THEN -9 ELSE seq END", "ledger"),
    "checkpoint": ("UPDATE checkpoint SET root = replace(root, 'a', 'b')", "checkpoint"),
    "case": ("UPDATE case_ SET severity = 'low'", "case"),
    "case's state": ("UPDATE case_ SET state = 'closed'", "case"),
    "finding": ("UPDATE finding SET severity = 'low' WHERE severity = 'high'", "finding"),
    "finding's sample": ("UPDATE finding SET sample = '[]' WHERE rowid = 3", "finding"),
    "finding that is gone": ("DELETE FROM finding WHERE rowid = 2", "finding"),
    "finding that is superseded": ("UPDATE finding SET superseded_by = '[]' WHERE rowid = 1", "finding"),
    "incident": ("UPDATE incident SET title = 'nothing much'", "incident"),
    "blind spot": ("DELETE FROM blind_spot WHERE rowid = 1", "blind_spot"),
    "artifact": ("UPDATE artifact SET name = 'other' WHERE rowid = 1", "artifact"),
    "segment": ("UPDATE segment SET events = events - 1", "segment"),
    "principal": ("UPDATE principal SET body = '{}' WHERE rowid = 1", "principal"),
    "rule": ("UPDATE rule_applied SET live = 0 WHERE rowid = 1", "rule_applied"),
    "run": ("UPDATE run SET counts = '{}'", "run"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_row_is_named(workspace: Path, what: str) -> None:
    sql, word = CHANGES[what]
    by_hand(workspace, sql)
    found = problems(workspace)
    assert any(word in f"{kind} {where}" for kind, where in found), found


def test_a_row_that_was_added_is_named(workspace: Path) -> None:
    book = sqlite3.connect(workspace / "book.sqlite")
    book.row_factory = sqlite3.Row
    with book:
        row = dict(book.execute("SELECT * FROM finding LIMIT 1").fetchone()) | {"finding": "F-0000"}
        marks = ", ".join("?" for _ in row)
        book.execute(f"INSERT INTO finding VALUES ({marks})", list(row.values()))  # noqa: S608 - marks only
    book.close()
    assert any("F-0000" in where for _, where in problems(workspace))


def test_a_changed_event_in_a_well_formed_lake_is_named(workspace: Path) -> None:
    (path,) = (workspace / "lake" / "C-2026-0001").glob("*.parquet")
    table = pq.read_table(path)
    place = table.schema.get_field_index("time")
    moved = pc.add(table.column("time"), pa.scalar(1, table.schema.field("time").type))
    pq.write_table(table.set_column(place, table.schema.field("time"), moved), path)
    assert any(path.name in where for _, where in problems(workspace))


def test_a_ledger_rebuilt_with_another_key_does_not_pass_for_the_first(
    invictus: tuple[Path, Json], data_dir: Path, tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    """Whoever holds the machine can do all of it again; the key noted elsewhere tells."""
    home, answer = invictus
    logs = tmp_path / "logs"
    shutil.copytree(data_dir / "invictus-aws", logs)
    min((logs / "CloudTrail").glob("*.json")).unlink()
    other = warm(tmp_path / "home")
    triage(other, logs)
    assert_intact(other)
    old = answer["ledger"]["key"]
    assert ("key", "keys/ledger.pub") in problems(other, "--key", old)
    body = jumpkit(other, "verify", "--key", old, "--json", code=1).one()
    assert body["key"]["pinned"] is False
    (problem,) = body["problems"]
    assert (problem["expected"], problem["found"]) == (old, body["key"]["fingerprint"])

    swapped = copied(home, tmp_path / "swapped")
    shutil.rmtree(swapped / "keys")
    shutil.copytree(other / "keys", swapped / "keys")
    assert problems(swapped)


def test_nobody_writes_on_top_of_what_was_tampered_with(workspace: Path, data_dir: Path) -> None:
    by_hand(workspace, "UPDATE ledger SET line = CAST(replace(line, '203', '204') AS BLOB) WHERE seq > 2")
    before = len(entries(workspace, "C-2026-0001"))
    done = jumpkit(workspace, "triage", data_dir / "invictus-aws", "--json", code=None)
    if done.code not in (0, 1):
        assert done.one()["error"]["kind"] == "tampered"
        assert len(entries(workspace, "C-2026-0001")) == before
    assert problems(workspace), "whatever the next run did, verify still tells"


def test_an_exported_report_is_entered_with_its_digest(workspace: Path) -> None:
    text = report(workspace, "csv")
    last = [line for line in entries(workspace, "C-2026-0001") if line["kind"] == "report.written"][-1]
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert {name: last["body"][name] for name in ("format", "sha256")} == {"format": "csv", "sha256": digest}
    assert_intact(workspace)
