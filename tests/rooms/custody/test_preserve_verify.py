from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from jumpkit.kit.errors import Busy, NotFound
from jumpkit.preserve import Problem, append, key_of, recording, retract, verify, vouch
from jumpkit.store.book import WORKSPACE, open_book, workspace_lock

from .conftest import Place, clock, digest

if TYPE_CHECKING:
    from pathlib import Path

Filled = tuple[Place, str]


def listing(home: Path) -> list[tuple[str, int, int]]:
    paths = sorted(path for path in home.rglob("*") if not path.name.startswith("book.sqlite-"))
    return [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in paths]


def test_what_nobody_touched_is_intact(filled: Filled) -> None:
    place, case = filled
    outcome = place.verify().as_json()
    assert outcome["problems"] == []
    assert outcome["leftovers"] == []
    assert outcome["intact"] is True
    assert outcome["key"] == {"fingerprint": key_of(place.home).fingerprint, "pinned": False}
    lines = place.rows("SELECT count(*) FROM ledger")[0][0]
    assert outcome["checked"] == {"entries": lines, "artifacts": 2, "files": 3}
    assert place.verify(case).intact
    assert [log["log"] for log in outcome["logs"]] == [case, WORKSPACE]


def test_each_flipped_byte_of_a_file_is_named(filled: Filled) -> None:
    place, case = filled
    folders = ("shelf", "lake", "reports")
    files = [path for folder in folders for path in (place.home / folder).rglob("*") if path.is_file()]
    assert len(files) == 5
    for path in files:
        whole = path.read_bytes()
        for index in (0, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:index] + bytes([whole[index] ^ 1]) + whole[index + 1 :])
            name = str(path.relative_to(place.home))
            kind = "artifact" if name.startswith("shelf") else "file"
            assert place.said() == place.said(case) == [(kind, name)]
        path.write_bytes(whole)
    assert place.verify().intact


def test_a_missing_cut_or_linked_file_is_named(filled: Filled, tmp_path: Path) -> None:
    place, case = filled
    name = f"reports/{case}/report.html"
    path = place.home / name
    path.unlink()
    assert place.verify().problems == (Problem("file", name, digest(b"<html>"), "missing"),)
    (tmp_path / "same").write_bytes(b"<html>")
    path.symlink_to(tmp_path / "same")
    assert place.verify().problems[0].found == "no plain file"
    path.unlink()
    os.mkfifo(path)
    assert place.verify().problems[0].found == "no plain file"
    path.unlink()
    path.write_bytes(b"")
    assert place.said() == [("file", name)]


def test_files_that_nobody_vouches_for_are_named(filled: Filled, tmp_path: Path) -> None:
    place, case = filled
    for name in (
        "new.txt",
        "lake/new.parquet",
        f"lake/{case}/s1.parquet",
        "keysx",
        "lake/x.lock",
        "shelf/ab/" + "0" * 64,
    ):
        path = place.home / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
        assert place.said() == [("unexpected", name)]
        path.unlink()
    (place.home / "reports" / "link").symlink_to(tmp_path)
    assert place.said() == [("unexpected", "reports/link")]
    assert place.verify(case).intact


def test_what_the_contract_excepts_is_free(filled: Filled) -> None:
    place, _ = filled
    for name in ("config.toml", "x.lock", "x.log", "book.sqlite-shm", "keys/more.pem", "cache/deep/file"):
        path = place.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    assert place.verify().intact


def test_what_a_killed_run_left_is_told_apart(filled: Filled) -> None:
    place, case = filled
    place.sealed(case, b"sealed, not entered")
    (place.home / "shelf" / ".incoming-1-0").write_bytes(b"half")
    with recording(place.book, key_of(place.home), clock, "tester") as pen:
        vouch(pen, case, "run", [{"case": case, "run": "R-2"}])
    (place.home / "lake" / case / "R-2-0.parquet").write_bytes(b"x")
    outcome = place.verify()
    assert outcome.intact
    sha256 = digest(b"sealed, not entered")
    left = [".incoming-1-0", f"{sha256[:2]}/{sha256}"]
    assert [each.where for each in outcome.leftovers] == [f"lake/{case}/R-2-0.parquet", *(f"shelf/{x}" for x in left)]


def test_an_artifact_taken_in_place_is_hashed_where_it_lies(filled: Filled, tmp_path: Path) -> None:
    place, case = filled
    original = tmp_path / "log.json"
    original.write_bytes(b"original")
    row = {**place.sealed(case, b"original"), "in_place": 1, "path": str(original)}
    shutil.rmtree(place.home / "shelf" / row["sha256"][:2])
    with recording(place.book, key_of(place.home), clock, "tester") as pen:
        vouch(pen, case, "artifact", [row])
    assert place.verify().intact
    original.write_bytes(b"changed!")
    assert place.said() == [("artifact", str(original))]


def test_another_key_is_no_way_out(filled: Filled) -> None:
    place, _ = filled
    old = key_of(place.home).fingerprint
    assert place.verify(pin=old).pinned
    shutil.rmtree(place.home / "keys")
    assert ("key", "keys/ledger.pub") in place.said()
    key_of(place.home)
    kinds = {kind for kind, _ in place.said()}
    assert {"key", "checkpoint"} <= kinds


def test_a_ledger_rebuilt_with_another_key_is_caught_by_the_pin(filled: Filled, tmp_path: Path) -> None:
    place, _ = filled
    old = key_of(place.home).fingerprint
    forged = Place(tmp_path / "forged", open_book(tmp_path / "forged"))
    forged.fill("Nothing to see", [b"made up"])
    assert forged.verify().intact
    outcome = forged.verify(pin=old)
    assert outcome.problems == (Problem("key", "keys/ledger.pub", old, key_of(forged.home).fingerprint),)
    assert not outcome.pinned


def test_it_writes_nothing(filled: Filled) -> None:
    place, case = filled
    before = listing(place.home)
    files = sorted(path.name for path in place.home.iterdir())
    place.verify()
    place.verify(case)
    assert listing(place.home) == before
    assert sorted(path.name for path in place.home.iterdir()) == files


def test_it_reads_what_a_killed_writer_left_in_the_write_ahead_log(filled: Filled, tmp_path: Path) -> None:
    place, case = filled
    with place.book.read():  # a connection that stays open keeps the write-ahead log from being folded in
        with recording(place.book, key_of(place.home), clock, "tester") as pen:
            append(pen, case, "unmask", {"why": "test"})
        copy = tmp_path / "copy"
        shutil.copytree(place.home, copy)
    (copy / "book.sqlite-shm").unlink()
    before = listing(copy)
    outcome = verify(copy)
    assert outcome.intact
    assert outcome.entries == place.verify().entries
    assert listing(copy) == before
    assert (copy / "book.sqlite-wal").stat().st_size > 0


def test_a_busy_workspace_is_refused_by_name(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    place, _ = filled
    monkeypatch.setattr("jumpkit.store.book.workspace._PAUSE", 0.0)
    with (
        workspace_lock(place.home),
        pytest.raises(Busy, match=str(os.getpid())),
        workspace_lock(place.home, 0, shared=True),
    ):
        pass
    assert place.verify().intact


def test_no_such_case_and_no_workspace_are_named(filled: Filled, tmp_path: Path) -> None:
    place, _ = filled
    with pytest.raises(NotFound, match="no case C-1999-0001"):
        place.verify("C-1999-0001")
    with pytest.raises(NotFound, match="no workspace"):
        verify(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_rows_that_were_taken_away_by_us_stay_vouched_for(filled: Filled) -> None:
    place, case = filled
    with recording(place.book, key_of(place.home), clock, "tester") as pen:
        assert retract(pen, case, "blind_spot", ["B-1", "B-unknown"]) == 1
    assert place.verify().intact


def test_problems_of_the_events_are_taken_in(filled: Filled) -> None:
    place, case = filled
    asked: list[str] = []

    def check(name: str) -> list[Problem]:
        asked.append(name)
        return [Problem("event", "e1", "a", "b")]

    assert not verify(place.home, events_check=check).intact
    assert asked == [case]
